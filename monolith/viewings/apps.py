"""Appointments to see a home: a free hour enters, a viewing leaves in one's own calendar."""

from django.apps import AppConfig


class ViewingsConfig(AppConfig):
    name = "monolith.viewings"
    verbose_name = "Viewings"

    def ready(self) -> None:
        from monolith.accounts import personal_data
        from monolith.viewings import own_data, receivers

        receivers.connect()
        personal_data.register("viewings", export=own_data.viewings, erase=own_data.forget)
