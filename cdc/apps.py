"""The Django app that brings the commands of the pipe."""

from django.apps import AppConfig


class CdcConfig(AppConfig):
    """Bring the commands; this app has no tables."""

    name = "cdc"
    label = "cdc"
