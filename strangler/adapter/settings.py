"""The adapter's settings: the one place that reads them.

On the line: what an adopting site writes into its own settings. Enters: Django's
settings. Leaves: one frozen value. The settings, one line each, and none must be given:

- ``IDENTITY_PRIVATE_KEY_FILE``: PEM file, EC P-256; signs the cookies. Else
  ``identity-private.pem`` in ``BASE_DIR``, which every ``startproject`` sets.
- ``IDENTITY_PUBLIC_KEY_FILE``: PEM file, the public keys that are trusted, its other half among
  them; gateway and services read it too. Else ``identity-public.pem`` there.
- ``FRESHNESS_MODELS``: ``{"app.Model": "name in the cookie"}``; each has a ``version``.
- ``FRESHNESS_SLOT``: the slot by which the connector reads their tables from PostgreSQL. Without
  it, what no cookie can name is taken to be captured within ten seconds.
"""

from dataclasses import dataclass
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.exceptions import FieldDoesNotExist, ImproperlyConfigured
from django.db import router
from django.db.models import Model

from .capture import Capture, Slot
from .keys import KeyFileError, PrivateKey, Trusted, private_key, trusted_keys


@dataclass(frozen=True, slots=True)
class Config:
    """The settings, read and found to be good. The keys are as their files are now."""

    private_file: str
    public_file: str
    tracked: dict[type[Model], str]
    capture: Capture | None = None

    @property
    def key(self) -> PrivateKey:
        return private_key(self.private_file)

    @property
    def trusted(self) -> Trusted:
        return trusted_keys(self.public_file)


def read() -> Config:
    """Return the settings; raises ``ImproperlyConfigured`` with one line for a mistake."""
    tracked = tracked_models()
    return Config(*key_files(), tracked, _capture(tracked))


def key_files() -> tuple[str, str]:
    """Return both files, after a look whether what the private one signs is trusted."""
    private, public = map(str, key_paths())
    try:
        is_trusted = private_key(private).public in trusted_keys(public)
    except KeyFileError as error:
        raise ImproperlyConfigured(f"the identity cookie cannot be signed: {error}") from error
    if not is_trusted:
        raise ImproperlyConfigured(
            f"the identity cookie cannot be verified: IDENTITY_PUBLIC_KEY_FILE ({public}) does not "
            f"hold the other half of IDENTITY_PRIVATE_KEY_FILE ({private})"
        )
    return private, public


def key_paths() -> tuple[Path, Path]:
    """Return where both files are, or are to be made: each as it is set, else in ``BASE_DIR``."""
    return (
        _path("IDENTITY_PRIVATE_KEY_FILE", "identity-private.pem"),
        _path("IDENTITY_PUBLIC_KEY_FILE", "identity-public.pem"),
    )


def tracked_models() -> dict[type[Model], str]:
    """Return the models whose writes a reader must be able to see at once."""
    names: dict[str, str] = getattr(settings, "FRESHNESS_MODELS", {})
    return {_model(label): name for label, name in names.items()}


def _capture(tracked: dict[type[Model], str]) -> Capture | None:
    name = getattr(settings, "FRESHNESS_SLOT", "")
    # One capture reads one database.
    return Slot(name, router.db_for_write(next(iter(tracked)))) if name and tracked else None


def _path(setting: str, name: str) -> Path:
    project = getattr(settings, "BASE_DIR", None)
    path = getattr(settings, setting, Path(project, name) if project else None)
    if not path:
        raise ImproperlyConfigured(
            f"the identity cookie cannot be signed: set {setting}, or BASE_DIR for a {name} there"
        )
    return Path(path)


def _model(label: str) -> type[Model]:
    try:
        model = apps.get_model(label)
        model._meta.get_field("version")
    except (LookupError, ValueError, FieldDoesNotExist) as error:
        raise ImproperlyConfigured(f"FRESHNESS_MODELS: {label}: {error}") from error
    return model
