"""The Django app that a monolith installs to own the outbox."""

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    """Hold the outbox's tables."""

    name = "cdc.outbox"
    label = "outbox"
    default_auto_field = "django.db.models.BigAutoField"
