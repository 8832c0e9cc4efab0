"""Settings of the extracted search: the environment enters here, once, and nowhere else.

The read model is a directory that the consumer writes and the pages read; what could not be
applied is parked in a small file beside it.
What a page's bytes and headers depend on is set as in the monolith.
"""

from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

from cdc.contracts.topics import FAVOURITE_ROWS, LISTING_ROWS, TABLES_HEARTBEATS
from consumers.runtime.config import ConsumerConfig
from consumers.runtime.defaults import LOGGING as EVERY_CONSUMERS
from consumers.runtime.defaults import ends_path

BASE_DIR = Path(__file__).resolve().parent
env = environ.Env()

# Shows tracebacks and allows an insecure default; never in production.
DEBUG = env.bool("DEBUG", default=False)
# The site is reached by HTTPS only; as in the monolith.
SITE_HTTPS = env.bool("SITE_HTTPS", default=not DEBUG)
# Signs the API's cursors; the same in every process that answers.
SECRET_KEY = env.str("SEARCH_SECRET_KEY", default="insecure-development-key" if DEBUG else "")
if not SECRET_KEY:
    raise ImproperlyConfigured("Set the environment variable SEARCH_SECRET_KEY.")
# Names under which the site may be asked for.
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])

INSTALLED_APPS = ["consumers.runtime", "consumers.search"]
MIDDLEWARE = [
    "consumers.runtime.web.served_by.ServedByMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "consumers.runtime.web.content_policy.ContentPolicyMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "consumers.runtime.web.identity.IdentityMiddleware",
    "consumers.runtime.web.freshness.FreshnessMiddleware",
]
ROOT_URLCONF = "consumers.search.urls"
WSGI_APPLICATION = "consumers.search.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "consumers.search.viewer.viewer",
            ],
        },
    },
]
# The fields of the search form look as in the monolith, and are written once.
FORM_RENDERER = "consumers.search.rendering.RememberingRenderer"

# The forms in a page's header post to the monolith, which checks this cookie's token.
CSRF_COOKIE_SECURE = SITE_HTTPS
CSRF_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = SITE_HTTPS
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz)$", "^_projection/"]
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

LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_I18N = False
USE_TZ = True

# What `X-Served-By` says.
SERVED_BY = "search"
# Addresses that machines ask on behalf of nobody: no identity, no freshness.
PROBE_PATHS = ["/healthz", "/readyz", "/_projection/"]
# Verifies the identity and freshness cookies.
IDENTITY_PUBLIC_KEY_FILE = env.str("IDENTITY_PUBLIC_KEY_FILE", default="")
# Makes the read model that freshness is measured on.
FRESHNESS_READ_MODEL = "consumers.search.read_model.ListingVersions"
# And what a hold's end is measured on: what this process would show, against the topics' ends.
FRESHNESS_HOLDS = "consumers.search.read_model.holds"
SEARCH_ENDS = ends_path(is_exactly_once=env.bool("CAPTURE_EXACTLY_ONCE", default=False))
# All processes read one directory, and nobody else waits for versions of listings.
FRESHNESS_CLEARS = True
# Makes, for each topic of rows, the read model that the auditor of the pipe may ask.
AUDITED_READ_MODELS = {
    LISTING_ROWS: "consumers.search.read_model.AppliedListings",
    FAVOURITE_ROWS: "consumers.search.read_model.AppliedFavourites",
}

# The index and its state; one consumer writes it, any number of processes read it. What is parked
# lies in the folder above, so that a replica's is another one's.
SEARCH_INDEX_DIR = env.str(
    "SEARCH_INDEX_DIR", default=str(BASE_DIR.parents[1] / "var/search/index")
)
# OpenSearch's client would tell of each question.
LOGGING = {
    **EVERY_CONSUMERS,
    "loggers": {name: {"level": "ERROR"} for name in ("opensearch", "opensearchpy.trace")},
}
# What keeps the index: `tantivy`, in that directory, or `opensearch`, at its address and in indexes
# whose names begin so; then the directory holds the consumer's locks.
SEARCH_ENGINE = env.str("SEARCH_ENGINE", default="tantivy")
OPENSEARCH_URL = env.str("OPENSEARCH_URL", default="http://127.0.0.1:9200")
OPENSEARCH_INDEX = env.str("OPENSEARCH_INDEX", default="search")
# An index that its consumer has not called current for so long leaves the answer to the monolith.
SEARCH_STALE_SECONDS = env.int("SEARCH_STALE_SECONDS", default=30)
# What the search can do beyond the monolith's, by names of `features.py`; none while both are to
# answer alike.
SEARCH_FEATURES = env.list("SEARCH_FEATURES", default=[])
# Who decides on them instead: an OpenFeature provider by its dotted path, made of its source.
SEARCH_FLAG_PROVIDER = env.str("SEARCH_FLAG_PROVIDER", default="")
SEARCH_FLAG_SOURCE = env.str("SEARCH_FLAG_SOURCE", default="")
# Parked records outlive the index, which may be built anew.
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": Path(SEARCH_INDEX_DIR).parent / "parked.sqlite3",
        "OPTIONS": {
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL",
            # A transaction that reads before it writes waits for others instead of failing.
            "transaction_mode": "IMMEDIATE",
        },
    }
}

# What it reacts to, and what that is applied to.
CONSUMER = "consumers.search.handlers.search"
CONSUMER_READ_MODEL = "consumers.search.projection.opened"
# Begins an index beside the live one.
CONSUMER_REBUILD = "consumers.search.projection.rebuilt"
# Takes the index out into a file, and puts it back.
CONSUMER_SNAPSHOTS = "consumers.search.projection.snapshots"
# One group per index directory: two consumers in one group would share the partitions out, and
# each would hold half of the homes.
CONSUMER_CONFIG = ConsumerConfig(
    name="search",
    group=env.str("SEARCH_GROUP", default="search"),
    bootstrap=env.str("KAFKA_BOOTSTRAP", default="127.0.0.1:9092"),
    # Which release runs, as its dead letters tell; a deployment says it.
    version=env.str("RELEASE", default="unreleased"),
    # The index is known to be current only while the tables' connector is heard.
    heartbeats=TABLES_HEARTBEATS,
)
# The consumer's own /healthz and /metrics.
CONSUMER_HEALTH_PORT = env.int("SEARCH_HEALTH_PORT", default=9102)
# Who knows the contracts that events were written with.
REGISTRY_URL = env.str("REGISTRY_URL", default="http://127.0.0.1:8081/apis/ccompat/v7")
