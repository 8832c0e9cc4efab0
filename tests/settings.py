"""One Django project for the test run: the monolith's, with the other sides' apps beside it.

The sides stay apart as in production: each has its own database, and tests of another side's
pages name its URLs and middleware themselves.
"""

import os
import tempfile
from pathlib import Path

_HOME = Path(tempfile.gettempdir()) / f"banyan-tests-{os.getuid()}"
# The fast tests reach nothing; whoever needs a server is given its address by a fixture.
_DEFAULTS = {
    "DEBUG": "true",
    "SITE_HTTPS": "false",
    "MONOLITH_DATABASE_URL": "postgres://postgres@127.0.0.1:1/monolith",
    "STRANGLER_DATABASE_URL": "postgres://postgres@127.0.0.1:1/strangler",
    "NOTIFICATIONS_DATABASE_URL": "postgres://postgres@127.0.0.1:1/notifications",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "MEDIA_ROOT": str(_HOME / "media"),
    "LISTING_VIEWS_ONE_IN": "0",
    "IDENTITY_PRIVATE_KEY_FILE": str(_HOME / "identity-private.pem"),
    "IDENTITY_PUBLIC_KEY_FILE": str(_HOME / "identity-public.pem"),
}
for _name, _value in _DEFAULTS.items():
    os.environ.setdefault(_name, _value)

from datetime import timedelta  # noqa: E402

from consumers.notifications.config import NotificationsConfig  # noqa: E402
from consumers.runtime.found import consumer_names  # noqa: E402
from monolith.settings import *  # noqa: E402, F403
from monolith.settings import DATABASES, INSTALLED_APPS  # noqa: E402
from strangler.control import settings as control  # noqa: E402

INSTALLED_APPS = [
    *INSTALLED_APPS,
    *(app for app in control.INSTALLED_APPS if app not in INSTALLED_APPS),
    "consumers.runtime",
    *(f"consumers.{name}" for name in consumer_names()),
    "consumers.notifications.bounces",
    "consumers.notifications.endpoints",
    "consumers.notifications.ledger",
    "consumers.notifications.pacing",
    "consumers.notifications.shadow",
]
# The clocks of tests' lines stand still, some way back.
NOTIFICATIONS = NotificationsConfig(
    oldest=timedelta(days=36_500),
    keys="tests.consumers.notifications.keys.KeysInMemory",
    ends="tests.consumers.notifications.topics.ends",
)
ANYMAIL = {"WEBHOOK_SECRET": "provider:secret"}
# The features of the search are off, unless a test switches some on.
SEARCH_FEATURES: list[str] = []
SEARCH_FLAG_PROVIDER = SEARCH_FLAG_SOURCE = ""
SEARCH_ENGINE = "tantivy"
DATABASES = {**DATABASES, "strangler": control.DATABASES["default"]}
DATABASE_ROUTERS = ["tests.databases.OwnerRouter"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Every test's client makes the middleware anew; files are found when asked for, not listed first.
WHITENOISE_AUTOREFRESH = True
