"""Settings of the extracted notifications: the environment enters here, once, and nowhere else.

Four processes have them: the consumer, the pages, the worker that sends, and the clock that has
the worker look for what is due.
"""

from django.core.exceptions import ImproperlyConfigured

from consumers.notifications.config import NotificationsConfig
from consumers.runtime.defaults import *  # noqa: F403
from consumers.runtime.defaults import DEBUG, config_of, ends_path, env

# Signs the links that end a kind of letter: they hold as long as it does.
SECRET_KEY = env.str(
    "NOTIFICATIONS_SECRET_KEY", default="insecure-development-key" if DEBUG else ""
)
if not SECRET_KEY:
    raise ImproperlyConfigured("Set the environment variable NOTIFICATIONS_SECRET_KEY.")

# The site is reached by HTTPS only; as in the monolith.
SITE_HTTPS = env.bool("SITE_HTTPS", default=not DEBUG)
# Names under which the pages may be asked for.
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
# What letters are written in, for each person as they chose. Numbers, money and hours follow the
# language; words would come from a catalogue, of which there is none yet.
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]
MIDDLEWARE = [
    "consumers.runtime.web.served_by.ServedByMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "consumers.runtime.web.content_policy.ContentPolicyMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "consumers.runtime.web.identity.IdentityMiddleware",
]
ROOT_URLCONF = "consumers.notifications.urls"
WSGI_APPLICATION = "consumers.notifications.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "consumers.notifications.site.viewer.viewer",
            ],
        },
    },
]
# The same cookie as the monolith's: a token of either side is good on both.
CSRF_COOKIE_SECURE = SITE_HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "consumers.notifications.site.errors.csrf_failure"
SECURE_SSL_REDIRECT = SITE_HTTPS
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz)$"]
SECURE_HSTS_SECONDS = 31_536_000 if SITE_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SITE_HTTPS
SECURE_HSTS_PRELOAD = SITE_HTTPS
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
# What `X-Served-By` says.
SERVED_BY = "notifications"
# Machines ask the probes, and mail programs the links of letters, on behalf of nobody.
PROBE_PATHS = ["/healthz", "/readyz", "/unsubscribe/", "/mail-reports/"]
# Verifies the identity cookie.
IDENTITY_PUBLIC_KEY_FILE = env.str("IDENTITY_PUBLIC_KEY_FILE", default="")
# Before the runtime, whose command `status` it adds to.
INSTALLED_APPS = [
    "consumers.notifications",
    "consumers.notifications.bounces",
    "consumers.notifications.endpoints",
    "consumers.notifications.ledger",
    "consumers.notifications.pacing",
    "consumers.notifications.shadow",
    "consumers.runtime",
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# A database of its own.
DATABASES = {
    "default": {
        **env.db("NOTIFICATIONS_DATABASE_URL"),
        # A worker's tasks are short: a connection for each would cost more than the task.
        # `celery` has this heeded between them.
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
}

CONSUMER = "consumers.notifications.handlers.notifications"
# Few records a transaction: letters are queued when it commits, and none shall wait for hundreds
# of others to be decided.
CONSUMER_CONFIG = config_of("notifications", batch_size=50)
# The consumer's own /healthz and /metrics.
CONSUMER_HEALTH_PORT = env.int("NOTIFICATIONS_HEALTH_PORT", default=9103)

NOTIFICATIONS = NotificationsConfig(
    site_url=env.str("SITE_URL", default="http://127.0.0.1:8000"),
    person_keys_url=env.str(
        "PERSON_KEYS_URL", default="http://127.0.0.1:8001/internal/person-keys"
    ),
    person_keys_token=env.str("PERSON_KEYS_TOKEN", default=""),
    mails_per_second=env.float("MAILS_PER_SECOND", default=0.0),
    most_a_day=env.int("MOST_MAILS_A_DAY", default=0),
    wishes_url=env.str("ALERTS_WISHES_URL", default="http://127.0.0.1:8001/internal/alerts/wishes"),
    handback_url=env.str(
        "ALERTS_HANDBACK_URL", default="http://127.0.0.1:8001/internal/alerts/handback"
    ),
    ends=ends_path(is_exactly_once=env.bool("CAPTURE_EXACTLY_ONCE", default=False)),
    is_shadowing=env.bool("NOTIFICATIONS_SHADOW", default=False),
)

# Whoever takes mails, as one address.
vars().update(env.email_url("EMAIL_URL", default="smtp://127.0.0.1:1025"))
# A provider's backend of django-anymail instead of SMTP, and its settings as JSON.
EMAIL_BACKEND = env.str("MAIL_BACKEND", default="") or vars()["EMAIL_BACKEND"]
# The secret, “user:password”, with which a provider reports what became of mails.
ANYMAIL = env.json("ANYMAIL", default={}) | {
    "WEBHOOK_SECRET": env.str("MAIL_REPORTS_SECRET", default="")
}
# A mail server that does not answer holds nobody up for longer, in seconds.
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = NOTIFICATIONS.sender

# Tasks. Each says "look at row N" and is harmless when it is lost or comes twice: nothing is kept
# about them, and a consumer that cannot queue one gives up at once. The sweep finds the row.
CELERY_BROKER_URL = env.str("NOTIFICATIONS_REDIS_URL", default="redis://127.0.0.1:6379/1")
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
# Unless it is told a number, Celery closes the database after every task.
CELERY_DB_REUSE_MAX = 10_000
CELERY_TASK_TIME_LIMIT = 240
CELERY_TASK_DEFAULT_QUEUE = "notifications"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# TERM lets a worker end the letter at hand (`stopping`), which a mail server that says nothing can
# hold up for `EMAIL_TIMEOUT`; supervisors kill after 15 s. QUIT, or a second Ctrl-C, waits for so
# many seconds only.
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 10
CELERY_WORKER_ENABLE_SOFT_SHUTDOWN_ON_IDLE = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# A letter that is just going out is not broken off because Redis is: it comes again, and is done.
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_BEAT_SCHEDULE = {
    "sweep": {
        "task": "consumers.notifications.tasks.sweep",
        "schedule": 10,
        # Worth nothing once the next one is there.
        "options": {"expires": 10},
    },
    "prune": {
        "task": "consumers.notifications.tasks.prune",
        "schedule": 3600,
        "options": {"expires": 3600},
    },
}
