"""The Django app that a monolith installs to own its persons' keys."""

from django.apps import AppConfig


class PersonalConfig(AppConfig):
    """Hold the keys."""

    name = "cdc.personal"
    label = "personal"
