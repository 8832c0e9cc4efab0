"""Homes for sale: the facts that the rest of the line carries on."""

from django.apps import AppConfig


class ListingsConfig(AppConfig):
    name = "monolith.listings"
    verbose_name = "Listings"

    def ready(self) -> None:
        from monolith.accounts import personal_data
        from monolith.listings import own_data

        personal_data.register("listings", export=own_data.sold_by, erase=own_data.refuse)
