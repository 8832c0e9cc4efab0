"""The adapter's settings: the one place that reads them.

On the line: what an adopting site writes into its own settings. Enters: Django's
settings. Leaves: one frozen value. The settings, one line each:

- ``IDENTITY_PRIVATE_KEY_FILE``: PEM file, EC P-256; signs the cookies.
- ``IDENTITY_PUBLIC_KEY_FILE``: its public half, which gateway and services read too.
- ``FRESHNESS_MODELS``: ``{"app.Model": "name in the cookie"}``; each has a ``version``.
"""

from dataclasses import dataclass

from django.apps import apps
from django.conf import settings
from django.core.exceptions import FieldDoesNotExist, ImproperlyConfigured
from django.db.models import Model

from .keys import KeyFileError, PrivateKey, private_key, public_key


@dataclass(frozen=True, slots=True)
class Config:
    """The settings, read and found to be good."""

    key: PrivateKey
    tracked: dict[type[Model], str]


def read() -> Config:
    """Return the settings; raises ``ImproperlyConfigured`` with one line for a mistake."""
    return Config(signing_key(), tracked_models())


def signing_key() -> PrivateKey:
    """Return the private key, after a look whether the public file is its other half."""
    try:
        key = private_key(_path("IDENTITY_PRIVATE_KEY_FILE"))
        public = public_key(_path("IDENTITY_PUBLIC_KEY_FILE"))
    except KeyFileError as error:
        raise ImproperlyConfigured(f"the identity cookie cannot be signed: {error}") from error
    if public.id != key.public.id:
        raise ImproperlyConfigured(
            "the identity cookie cannot be verified: IDENTITY_PUBLIC_KEY_FILE is not the "
            "other half of IDENTITY_PRIVATE_KEY_FILE"
        )
    return key


def tracked_models() -> dict[type[Model], str]:
    """Return the models whose writes a reader must be able to see at once."""
    names: dict[str, str] = getattr(settings, "FRESHNESS_MODELS", {})
    return {_model(label): name for label, name in names.items()}


def _path(setting: str) -> str:
    path = getattr(settings, setting, None)
    if not path:
        raise ImproperlyConfigured(f"the identity cookie cannot be signed: set {setting}")
    return str(path)


def _model(label: str) -> type[Model]:
    try:
        model = apps.get_model(label)
        model._meta.get_field("version")
    except (LookupError, ValueError, FieldDoesNotExist) as error:
        raise ImproperlyConfigured(f"FRESHNESS_MODELS: {label}: {error}") from error
    return model
