"""The extracted search as a Django app, for its command, its templates and its features."""

from django.apps import AppConfig


class SearchServiceConfig(AppConfig):
    """Labelled apart from the monolith's own `search`, so that tests may load both."""

    name = "consumers.search"
    label = "search_service"

    def ready(self) -> None:
        from consumers.search import features

        features.use_settings()
