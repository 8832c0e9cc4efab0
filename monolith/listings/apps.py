"""Homes for sale: the facts that the rest of the line carries on."""

from django.apps import AppConfig


class ListingsConfig(AppConfig):
    name = "monolith.listings"
    verbose_name = "Listings"
