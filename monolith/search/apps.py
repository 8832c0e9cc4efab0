"""The old search: the first feature to leave the monolith."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "monolith.search"
    verbose_name = "Search"
