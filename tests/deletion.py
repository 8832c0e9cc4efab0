"""A home that goes without a word of the monolith's: what only the log tells of."""

import contextlib

import psycopg
from psycopg.errors import ForeignKeyViolation

_NEWEST = "SELECT id FROM listings_listing ORDER BY id DESC LIMIT 500"
_DELETE = "DELETE FROM listings_listing WHERE id = %s"


def delete_a_home(database: psycopg.Connection) -> int:
    """Delete the newest home that nothing else in the database refers to; return its id."""
    for (home,) in database.execute(_NEWEST).fetchall():
        with contextlib.suppress(ForeignKeyViolation), database.transaction():
            # Django's foreign keys wait for the commit.
            database.execute("SET CONSTRAINTS ALL IMMEDIATE")
            database.execute(_DELETE, [home])
            return int(home)
    raise AssertionError("everything refers to every home")
