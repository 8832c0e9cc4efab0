"""Mails about homes: what happened to a listing enters, a mail to whom it concerns leaves.

This app knows listings, searches and interests; none of them knows it. Listings tell what
happens by a Django signal that their services send. The admin and bulk updates bypass those
services, and so alert nobody.
"""

from django.apps import AppConfig


class AlertsConfig(AppConfig):
    name = "monolith.alerts"
    verbose_name = "Alerts"

    def ready(self) -> None:
        from monolith.accounts import personal_data
        from monolith.alerts import own_data, receivers

        receivers.connect()
        # What others call off while they erase is told by rows of this app.
        personal_data.register(
            "alerts", export=own_data.alerts, erase=own_data.forget, is_last=True
        )
