"""Which side owns which tables, as their separate databases say in production."""

from typing import Any

from django.db.models import Model

_STRANGLER_APPS = {"control"}


class OwnerRouter:
    """Send each side's tables to its own database."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str:
        """Return the owner's database."""
        return _owner(model._meta.app_label)

    db_for_write = db_for_read

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """Create a side's tables in its own database only."""
        return db == _owner(app_label)


def _owner(app_label: str) -> str:
    return "strangler" if app_label in _STRANGLER_APPS else "default"
