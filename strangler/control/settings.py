"""Settings of the control plane: the environment enters here, once, and nowhere else.

Every default is safe in production; development turns things off by name (`DEBUG=true`).
"""

from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

from strangler.envoy.clusters import address, upstreams
from strangler.envoy.configuration import Configuration
from strangler.envoy.door import certificate
from strangler.envoy.limits import limits

ROOT = Path(__file__).resolve().parent.parent.parent
env = environ.Env()

# Shows tracebacks and allows insecure defaults; never in production.
DEBUG = env.bool("DEBUG", default=False)
# Signs sessions and CSRF tokens of the console and the API; commands sign nothing, and the API
# does not start without it.
SECRET_KEY = env.str("STRANGLER_SECRET_KEY", default="insecure" if DEBUG else "")
# Names under which the API may be asked for.
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "rest_framework",
    "rest_framework.authtoken",
    "strangler.control",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "strangler.control.urls"
WSGI_APPLICATION = "strangler.control.wsgi.application"
TIME_ZONE = "UTC"
USE_TZ = True

# The strangler's own database; the monolith's is none of its business.
DATABASES = {
    "default": {
        **env.db_url(
            "STRANGLER_DATABASE_URL", default="postgres://strangler@127.0.0.1:5432/strangler"
        ),
        # A database that is away must be told from a slow one.
        "OPTIONS": {"connect_timeout": 3, "application_name": "strangler"},
    }
}

# The key pair of the identity cookie; the private half signs testers' tokens here, no cookie.
_KEYS = ROOT / "var" / "keys"
IDENTITY_PRIVATE_KEY_FILE = env.str(
    "IDENTITY_PRIVATE_KEY_FILE", default=str(_KEYS / "identity-private.pem")
)
IDENTITY_PUBLIC_KEY_FILE = env.str(
    "IDENTITY_PUBLIC_KEY_FILE", default=str(_KEYS / "identity-public.pem")
)

try:
    STRANGLER = Configuration(
        # The folder that the agent renders into and Envoy watches.
        folder=Path(env.str("STRANGLER_ENVOY_DIR", default=str(ROOT / "var" / "envoy"))),
        # Where web users find the gateway.
        listen=address(env.str("STRANGLER_LISTEN", default="127.0.0.1:8000")),
        # Where Envoy answers its operators; loopback only.
        admin=address(env.str("STRANGLER_ENVOY_ADMIN", default="127.0.0.1:9901")),
        # How many proxies stand before the gateway; what they say of the client is believed.
        trusted_hops=env.int("STRANGLER_TRUSTED_HOPS", default=0),
        # CHAIN.pem:KEY.pem; with it the gateway speaks TLS, HTTP/1.1 and HTTP/2.
        certificate=certificate(env.str("STRANGLER_CERTIFICATE", default="")),
        # What differs from envoy/limits.py, `idle=30,body=10000000`.
        limits=limits(env.str("STRANGLER_LIMITS", default="")),
        # Who may answer, and where; alike instances as `host:port|host:port`.
        places=upstreams(
            env.str(
                "STRANGLER_UPSTREAMS",
                default="monolith=127.0.0.1:8001,search=127.0.0.1:8002,notifications=127.0.0.1:8003",
            )
        ),
        # What only processes may ask: the gateway answers 404 below these.
        private_paths=tuple(env.list("STRANGLER_PRIVATE_PATHS", default=[])),
        # The reviewed file of routes.
        routes_file=Path(
            env.str("STRANGLER_ROUTES", default=str(ROOT / "strangler" / "routes" / "routes.toml"))
        ),
        # The reviewed file of flags for behaviour that is no route.
        flags_file=Path(env.str("STRANGLER_FLAGS", default=str(ROOT / "strangler" / "flags.toml"))),
        public_key_file=IDENTITY_PUBLIC_KEY_FILE,
    )
except ValueError as error:
    raise ImproperlyConfigured(f"STRANGLER_*: {error}") from error

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {"strangler": {"handlers": ["stderr"], "level": "INFO"}},
}
