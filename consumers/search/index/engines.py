"""Which engine keeps the search's index, as the settings say; each answers by the same port."""

from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from consumers.runtime.settings import setting
from consumers.search.index.port import SearchEngine


def chosen_engine() -> SearchEngine:
    """Give the engine of the settings. Raises ``ImproperlyConfigured`` for an unknown one."""
    root = Path(setting("SEARCH_INDEX_DIR"))
    # A process loads the engine that it uses and no other.
    match setting("SEARCH_ENGINE"):
        case "tantivy":
            from consumers.search.index.tantivy.engine import TantivyEngine

            return TantivyEngine(root)
        case "opensearch":
            from consumers.search.index.opensearch.engine import OpenSearchEngine

            url, name = setting("OPENSEARCH_URL"), setting("OPENSEARCH_INDEX")
            return OpenSearchEngine(url, name, root)
        case other:
            raise ImproperlyConfigured(f"SEARCH_ENGINE is {other}: say tantivy or opensearch")
