"""The Django app that a monolith installs to own the outbox."""

from django.apps import AppConfig
from django.db.models.signals import pre_migrate


class OutboxConfig(AppConfig):
    """Hold the outbox's tables."""

    name = "cdc.outbox"
    label = "outbox"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let `migrate` say what it is about to break; the signal comes once for each app."""
        from cdc.lint.command import warn

        pre_migrate.connect(warn, sender=self, dispatch_uid="cdc.lint")
