"""The extracted search as a Django app, for its command, its templates and its features."""

from django.apps import AppConfig


class SearchServiceConfig(AppConfig):
    """Labelled apart from the monolith's own `search`, so that tests may load both."""

    name = "consumers.search"
    label = "search_service"

    def ready(self) -> None:
        from consumers.search import features
        from consumers.search.words.synonyms import known_synonyms

        features.use_settings()
        # A bad file stops the start, not a question.
        known_synonyms()
