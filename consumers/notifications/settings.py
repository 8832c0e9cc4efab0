"""Settings of the extracted notifications: the environment enters here, once, and nowhere else.

Four processes have them: the consumer, the pages, the worker that sends, and the clock that has
the worker look for what is due.
"""

from django.core.exceptions import ImproperlyConfigured

from consumers.notifications.config import NotificationsConfig
from consumers.runtime.defaults import *  # noqa: F403
from consumers.runtime.defaults import DEBUG, config_of, env

# Signs the links that end a kind of letter: they hold as long as it does.
SECRET_KEY = env.str(
    "NOTIFICATIONS_SECRET_KEY", default="insecure-development-key" if DEBUG else ""
)
if not SECRET_KEY:
    raise ImproperlyConfigured("Set the environment variable NOTIFICATIONS_SECRET_KEY.")

INSTALLED_APPS = [
    "consumers.runtime",
    "consumers.notifications",
    "consumers.notifications.ledger",
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# A database of its own.
DATABASES = {"default": env.db("NOTIFICATIONS_DATABASE_URL")}

CONSUMER = "consumers.notifications.handlers.notifications"
CONSUMER_CONFIG = config_of("notifications")
# The consumer's own /healthz and /metrics.
CONSUMER_HEALTH_PORT = env.int("NOTIFICATIONS_HEALTH_PORT", default=9103)

NOTIFICATIONS = NotificationsConfig(
    site_url=env.str("SITE_URL", default="http://127.0.0.1:8000"),
    person_keys_url=env.str(
        "PERSON_KEYS_URL", default="http://127.0.0.1:8001/internal/person-keys"
    ),
    person_keys_token=env.str("PERSON_KEYS_TOKEN", default=""),
)
