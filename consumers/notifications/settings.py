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

TEMPLATES = [
    {"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True},
]
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

# Whoever takes mails, as one address.
vars().update(env.email_url("EMAIL_URL", default="smtp://127.0.0.1:1025"))
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
CELERY_TASK_TIME_LIMIT = 240
CELERY_TASK_DEFAULT_QUEUE = "notifications"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
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
}
