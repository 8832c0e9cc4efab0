"""The runtime as a Django app, which a consumer's project installs."""

from django.apps import AppConfig


class RuntimeConfig(AppConfig):
    """Bring the runtime's tables and commands."""

    name = "consumers.runtime"
    label = "runtime"
    default_auto_field = "django.db.models.BigAutoField"
