"""System checks: what a site that adopts the adapter is told at start, not at run time.

On the line: ``manage.py check``, before any page. Enters: the settings. Leaves: errors.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.exceptions import ImproperlyConfigured

from .settings import key_files, tracked_models

ADAPTER = "strangler.adapter.middleware.AdapterMiddleware"
AUTHENTICATION = "django.contrib.auth.middleware.AuthenticationMiddleware"


def check_adapter(**_: Any) -> list[CheckMessage]:
    """Report keys, tracked models and the middleware's place."""
    return [
        *_told_by(key_files, "strangler.E001", "Run `manage.py identity_keys`."),
        *_told_by(tracked_models, "strangler.E002", None),
        *_place(list(settings.MIDDLEWARE)),
    ]


def _told_by(read: Callable[[], object], code: str, hint: str | None) -> list[CheckMessage]:
    try:
        read()
    except ImproperlyConfigured as error:
        return [Error(str(error), hint=hint, id=code)]
    return []


def _place(middleware: list[str]) -> list[CheckMessage]:
    if ADAPTER not in middleware:
        return [Error(f"{ADAPTER} is not in MIDDLEWARE.", id="strangler.E003")]
    if AUTHENTICATION in middleware[middleware.index(ADAPTER) :]:
        return [
            Error(
                f"{ADAPTER} must come after {AUTHENTICATION}: it describes the user.",
                id="strangler.E004",
            )
        ]
    return []
