"""The control plane: where each route stands, who moved it, and why."""

from django.apps import AppConfig


class ControlConfig(AppConfig):
    """Owns the strangler's database."""

    name = "strangler.control"
    label = "control"
    verbose_name = "Strangler control plane"
    default_auto_field = "django.db.models.BigAutoField"
