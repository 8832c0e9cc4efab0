"""Questions about homes: a form enters, the agent's mail and inbox leave, and the answers."""

from django.apps import AppConfig


class EnquiriesConfig(AppConfig):
    name = "monolith.enquiries"
    verbose_name = "Enquiries"

    def ready(self) -> None:
        from monolith.accounts import personal_data
        from monolith.enquiries import own_data

        personal_data.register("enquiries", export=own_data.enquiries, erase=own_data.forget)
