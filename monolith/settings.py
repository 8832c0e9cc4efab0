"""Settings of the monolith: the environment enters here, once, and nowhere else.

Every default is safe in production; development turns things off by name (`DEBUG=true`).
"""

from datetime import timedelta
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent
env = environ.Env()


def secret(name: str, insecure: str) -> str:
    """Return a secret from the environment; only a development run may do without it."""
    value: str = env.str(name, default=insecure if DEBUG else "")
    if not value:
        raise ImproperlyConfigured(f"Set the environment variable {name}.")
    return value


# Shows tracebacks and allows insecure defaults; never in production.
DEBUG = env.bool("DEBUG", default=False)
# The site is reached by HTTPS only: secure cookies, HSTS, redirects. Off for a plain local port.
SITE_HTTPS = env.bool("SITE_HTTPS", default=not DEBUG)
# Signs sessions, CSRF tokens and messages.
SECRET_KEY = secret("MONOLITH_SECRET_KEY", "insecure-development-key")
# Names under which the site may be asked for.
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])

INSTALLED_APPS = [
    "monolith.admin_site.SiteConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "axes",
    "rest_framework",
    "rest_framework.authtoken",
    "drf_spectacular",
    "pgtrigger",
    "cdc",
    "cdc.outbox",
    "cdc.personal",
    "cdc.snapshots",
    "strangler.adapter",
    "monolith.accounts",
    "monolith.alerts",
    "monolith.api",
    "monolith.enquiries",
    "monolith.interests",
    "monolith.listings",
    "monolith.population",
    "monolith.purchases",
    "monolith.photos",
    "monolith.search",
    "monolith.traffic",
    "monolith.viewings",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "cdc.outbox.middleware.CorrelationMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "monolith.body_limit.BodyLimitMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    # After authentication: it signs who the user is for the services beside the monolith.
    "strangler.adapter.middleware.AdapterMiddleware",
    # Last: turns the answer to a locked-out log-in into the page that says so.
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "monolith.urls"
WSGI_APPLICATION = "monolith.wsgi.application"
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "monolith.accounts.viewer.viewer",
            ],
        },
    },
]

# The site's own PostgreSQL; the only store that must not be lost.
DATABASES = {
    "default": {
        **env.db_url(
            "MONOLITH_DATABASE_URL", default="postgres://monolith@127.0.0.1:5432/monolith"
        ),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# The cache and the tasks' broker, never the only copy of anything: with it down every page works.
REDIS_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379/0")
CACHES = {
    "default": {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "monolith",
        "OPTIONS": {
            "IGNORE_EXCEPTIONS": True,
            "SOCKET_CONNECT_TIMEOUT": 0.5,
            "SOCKET_TIMEOUT": 0.5,
        },
    }
}
DJANGO_REDIS_LOG_IGNORED_EXCEPTIONS = True

# Tasks. Each says "look at row N" and is harmless when it is lost or comes twice, so nothing is
# kept about them, and a page that cannot queue one gives up at once: the sweep finds the row.
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # A task whose worker died comes back after this; longer than any task may take.
    "visibility_timeout": 300,
    "socket_connect_timeout": 0.5,
    "socket_timeout": 0.5,
    "max_retries": 0,
    "interval_start": 0,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A worker waits for its broker however long that takes.
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_step": 0}
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_TIME_LIMIT = 240
CELERY_TASK_ROUTES = {"monolith.alerts.tasks.*": {"queue": "alerts"}}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 10
CELERY_WORKER_ENABLE_SOFT_SHUTDOWN_ON_IDLE = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# A mail that is just going out is not broken off because Redis is: it comes again, and is done.
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_BEAT_SCHEDULE = {
    "sweep": {
        "task": "monolith.alerts.tasks.sweep",
        "schedule": 15,
        # Worth nothing once the next one is there.
        "options": {"expires": 15},
    },
}

AUTH_USER_MODEL = "accounts.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
AUTHENTICATION_BACKENDS = [
    "monolith.accounts.backends.LockoutBackend",
    "monolith.accounts.backends.NameOrEmailBackend",
]
# Five failures of one name from one address close that pair for a quarter of an hour.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True
AXES_LOCKOUT_TEMPLATE = "accounts/locked_out.html"
AXES_CLIENT_IP_CALLABLE = "monolith.accounts.lockout.client_address"
AXES_USERNAME_CALLABLE = "monolith.accounts.lockout.typed_name"
AXES_VERBOSE = False
# Where the gateway calls from; what anybody else says about forwarding is not believed.
GATEWAY_NETWORKS = env.list("GATEWAY_NETWORKS", default=["127.0.0.0/8", "::1/128"])
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_SECURE = SITE_HTTPS
CSRF_COOKIE_SECURE = SITE_HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "monolith.error_pages.csrf_failure"
SECURE_SSL_REDIRECT = SITE_HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 31_536_000 if SITE_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SITE_HTTPS
SECURE_HSTS_PRELOAD = SITE_HTTPS
# The gateway in front ends TLS and says so; it overwrites the header that clients send.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SITE_HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Everything a page loads is a file of this site; nothing that stands in the page runs.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "object-src": ["'none'"],
    }
}

LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_I18N = False
USE_TZ = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Files are served from where they are in the source: no collecting step, and stable names that
# the pages of an extracted service may link to as well.
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 0 if DEBUG else 300

# The folder of what people upload, which is photos; it must outlive the process and a release.
MEDIA_ROOT = env.str("MEDIA_ROOT", default=str(BASE_DIR.parent / "var" / "media"))

# Where mail goes; a development sink by default.
vars().update(env.email_url("EMAIL_URL", default="smtp://127.0.0.1:1025"))
# A mail server that does not answer holds nobody up for longer, in seconds.
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = "Maumee Homes <hello@maumeehomes.example>"

REST_FRAMEWORK = {
    # The token first: a stranger is then told 401, and how to do better.
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "rest_framework.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PAGINATION_CLASS": "monolith.api.pagination.Pages",
    "EXCEPTION_HANDLER": "monolith.api.parsing.answer_error",
    "DEFAULT_PARSER_CLASSES": ["monolith.api.parsing.Body"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": ["monolith.api.throttling.Throttle"],
    # By account, or by address for strangers. `own` is what a person keeps, `mail` what reaches
    # an agent's mailbox, from a page or a program, `account` what reaches that of any address.
    "DEFAULT_THROTTLE_RATES": {
        "account": "20/hour",
        "mail": "20/hour",
        "own": "120/min",
        "public": "600/min",
        "token": "10/min",
    },
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    # Escaped: a message may repeat half a character, which has no bytes of its own.
    "UNICODE_JSON": False,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Maumee Homes",
    "DESCRIPTION": "Homes in Lucas County, searches, what a person keeps, and questions to agents.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "monolith.api.problems.describe_problems",
        "monolith.api.search_schema.describe_search",
    ],
}

# Where the homes are: overviews of saved searches are due at seven in the morning there.
ALERTS_TIME_ZONE = "America/New_York"

# Where people reach the site; used where no request tells it, such as in `simulate`.
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000")

# How domain events leave: `table` writes the outbox, `message` writes the log only (no audit
# trail), `none` drops them (a site without Kafka).
OUTBOX_TRANSPORT = env.str("OUTBOX_TRANSPORT", default="table")
# Who says for whom a service acts on an event, and the file of flags that the gateway's agent
# writes, by which it goes; without a file the monolith acts for everybody.
OUTBOX_STAMP = "monolith.handing_over.stamp"
STRANGLER_FLAGS_FILE = env.str("STRANGLER_FLAGS_FILE", default="")
# How long delivered events stay in the outbox, the audit trail.
OUTBOX_KEEP_DAYS = env.int("OUTBOX_KEEP_DAYS", default=90)
# What wraps every person's key, base64url of 32 bytes each; the first wraps, all of them unwrap.
# A new one goes first; once `manage.py personal rewrap` is through, the older ones may go.
PERSONAL_MASTER_KEYS = secret(
    "PERSONAL_MASTER_KEYS", "development-only-master-key-of-43-character"
).split(",")
# The consumers that may ask for persons' keys, each with its token: `name=token,…`.
PERSONAL_READERS = env.dict("PERSONAL_READERS", default={})
# What `manage.py erase` calls with the person's number.
PERSON_ERASER = "monolith.accounts.services.delete"
# The consumers whose receipts it waits for.
PERSON_CONSUMERS = ["notifications", "search"]
# The registry that knows the event contracts; asked when they are registered, never in a request.
REGISTRY_URL = env.str("REGISTRY_URL", default="http://127.0.0.1:8081/apis/ccompat/v7")
# The broker and Kafka Connect, for the commands that declare topics and connectors; the broker
# also for what is told loosely, such as views of homes.
KAFKA_BOOTSTRAP = env.str("KAFKA_BOOTSTRAP", default="127.0.0.1:9092")
CONNECT_URL = env.str("CONNECT_URL", default="http://127.0.0.1:8083")
# How many copies of each record the broker keeps; with 1, a lost disk is a lost topic.
TOPIC_REPLICATION = env.int("TOPIC_REPLICATION", default=3)
# Of how many views of a home one is told to the broker, at random: 1 tells all, 0 none.
LISTING_VIEWS_ONE_IN = env.int("LISTING_VIEWS_ONE_IN", default=1)
# Connect writes records and its place in one Kafka transaction: a killed worker repeats nothing,
# and a record takes longer. Its worker needs exactly.once.source.support=enabled as well.
CAPTURE_EXACTLY_ONCE = env.bool("CAPTURE_EXACTLY_ONCE", default=False)
# How many bytes of its log PostgreSQL may keep for one connector that does not read; 0 leaves it
# to the server's max_slot_wal_keep_size. `cdc guard` warns, and acts, long before.
CAPTURE_WAL_BUDGET = env.int("CAPTURE_WAL_BUDGET", default=0)
# Whom `cdc audit` asks what was applied: name=address of each consumer.
AUDIT_CONSUMERS = env.list("AUDIT_CONSUMERS", default=[])
# The replication role that Debezium reads as; it may select the published columns, no more.
DEBEZIUM_USER = env.str("DEBEZIUM_USER", default="debezium")
DEBEZIUM_PASSWORD = env.str("DEBEZIUM_PASSWORD", default="")

# The key pair of the identity cookie; the private half never leaves the monolith.
IDENTITY_PRIVATE_KEY_FILE = env.str("IDENTITY_PRIVATE_KEY_FILE", default="")
IDENTITY_PUBLIC_KEY_FILE = env.str("IDENTITY_PUBLIC_KEY_FILE", default="")
# Models whose writes a user must see at once, whoever answers next, and their names in the cookie.
FRESHNESS_MODELS = {"listings.Listing": "listing"}
# The slot by which their rows are captured (`cdc/connect/connectors.py`).
FRESHNESS_SLOT = "banyan_tables"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"},
    },
    "handlers": {
        "stdout": {
            "class": "logging.StreamHandler",
            "stream": "ext://sys.stdout",
            "formatter": "line",
        },
    },
    "root": {"handlers": ["stdout"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.server": {"handlers": [], "level": "INFO", "propagate": True},
        # The clients of registry and Connect would print every request.
        "httpx": {"level": "WARNING"},
        "httpx2": {"level": "WARNING"},
    },
}
