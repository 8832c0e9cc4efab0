"""One question to the database, and its rows."""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper


class Asker:
    """Ask over a connection that Django keeps."""

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self._connection = connection

    def rows(self, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """Return all rows of the answer."""
        with self._connection.cursor() as cursor:
            cursor.execute(query, parameters)
            return list(cursor.fetchall())
