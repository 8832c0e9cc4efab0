"""Offers for homes and what follows an accepted one: forms enter, a sale or its end leaves."""

from django.apps import AppConfig


class PurchasesConfig(AppConfig):
    name = "monolith.purchases"
    verbose_name = "Purchases"

    def ready(self) -> None:
        from monolith.accounts import personal_data
        from monolith.purchases import own_data

        register = personal_data.register
        register("offers", export=own_data.offers, erase=own_data.end_offers)
        register("signatures", export=own_data.signatures, erase=own_data.blank_signatures)
