"""`manage.py search consume`: keep the index up with the monolith until told to stop."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from consumers.runtime.errors import ConsumerError
from consumers.runtime.run import run_consumer
from consumers.runtime.settings import setting
from consumers.search.handlers import listing_rows, nobody
from consumers.search.index.writer import TantivyWriter
from consumers.search.projection import SearchProjection


class Command(BaseCommand):
    """Run in the foreground; SIGTERM drains and ends with 0."""

    help = "Project listing rows into the search index until SIGTERM."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._consume()
        except ConsumerError as error:
            raise CommandError(str(error)) from error

    def _consume(self) -> None:
        index = TantivyWriter(Path(setting("SEARCH_INDEX_DIR")))
        projection = SearchProjection(index)
        run_consumer(
            setting("SEARCH_CONSUMER"),
            listing_rows(projection),
            projection,
            setting("SEARCH_HEALTH_PORT"),
            erase=nobody,
        )
        index.close()
