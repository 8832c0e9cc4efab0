"""The Django app that brings the command `seed`; it has no tables."""

from django.apps import AppConfig


class PopulationConfig(AppConfig):
    name = "monolith.population"
    label = "population"
