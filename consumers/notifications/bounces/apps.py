"""Bounces as a Django app: suppressions are a table of its own, and reports are listened to."""

from django.apps import AppConfig


class BouncesConfig(AppConfig):
    name = "consumers.notifications.bounces"
    label = "notifications_bounces"

    def ready(self) -> None:
        from anymail.signals import tracking

        from consumers.notifications.bounces import hearing

        tracking.connect(hearing.hear, dispatch_uid="notifications.bounces")
