"""Pacing as a Django app: people's hours are tables that no topic could make anew."""

from django.apps import AppConfig


class PacingConfig(AppConfig):
    name = "consumers.notifications.pacing"
    label = "notifications_pacing"
