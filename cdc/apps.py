"""The Django app that brings the commands `contracts`, `topics` and `connectors`."""

from django.apps import AppConfig


class CdcConfig(AppConfig):
    """Bring the commands; this app has no tables."""

    name = "cdc"
    label = "cdc"
