"""What would be decided, beside what the monolith sent: tables that no topic could make anew."""

from django.apps import AppConfig


class ShadowConfig(AppConfig):
    """Apart from the read model, so that a rebuild leaves it alone."""

    name = "consumers.notifications.shadow"
    label = "notifications_shadow"
