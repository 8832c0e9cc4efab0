"""Agencies' endpoints as a Django app: like the ledger, tables that no topic could make anew."""

from django.apps import AppConfig


class EndpointsConfig(AppConfig):
    name = "consumers.notifications.endpoints"
    label = "notifications_endpoints"
