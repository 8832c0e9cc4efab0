"""Writes that bypass the services: many rows in one statement, by COPY even at one log position.

Enters: the monolith's database. Leaves: homes that come, change and go, and events of
listings that nobody has, each in versions that rise.
"""

import itertools
import uuid
from datetime import UTC, datetime
from random import Random

import psycopg
from psycopg import sql

_HOMES = 200
_AGGREGATES = 40
_VERSIONS = 5
_COLUMNS = """
SELECT column_name FROM information_schema.columns
WHERE table_name = 'listings_listing' AND is_generated = 'NEVER' AND column_name <> 'id'
"""


def write_in_bulk(database: str, chance: Random) -> None:
    """Copy homes in, change them, take them out; copy events in."""
    with psycopg.connect(database) as monolith:
        homes = _copy_homes(monolith, chance)
        monolith.commit()
        monolith.execute("UPDATE listings_listing SET beds = beds + 1 WHERE id = ANY(%s)", [homes])
        monolith.commit()
        _copy_events(monolith, chance)
        monolith.execute("DELETE FROM listings_listing WHERE id = ANY(%s)", [homes])


def _copy_homes(monolith: psycopg.Connection, chance: Random) -> list[int]:
    columns = sql.SQL(", ").join(sql.Identifier(name) for (name,) in monolith.execute(_COLUMNS))
    ((last,),) = monolith.execute("SELECT max(id) FROM listings_listing").fetchall()
    taken = sql.SQL(
        "COPY (SELECT {} FROM listings_listing WHERE id > {} ORDER BY id LIMIT {}) TO STDOUT"
    ).format(columns, chance.randrange(1, 20_000), _HOMES)
    given = sql.SQL("COPY listings_listing ({}) FROM STDIN").format(columns)
    with monolith.cursor() as cursor:
        with cursor.copy(taken) as copy:
            rows = b"".join(copy)
        with cursor.copy(given) as copy:
            copy.write(rows)
    made = monolith.execute("SELECT id FROM listings_listing WHERE id > %s", [last]).fetchall()
    return [each for (each,) in made]


def _copy_events(monolith: psycopg.Connection, chance: Random) -> None:
    found = monolith.execute(
        "SELECT payload FROM outbox_event WHERE event_type = 'ListingRepriced' LIMIT 1"
    ).fetchone()
    if found is None:
        return
    columns = (
        "id, specversion, source, topic, aggregate_type, aggregate_id, aggregate_version, "
        "event_type, payload, occurred_at, correlation_id, causation_id, traceparent, actor, reason"
    )
    first = chance.randrange(10**8, 2**31)
    versions = itertools.product(range(1, _VERSIONS + 1), range(_AGGREGATES))
    with (
        monolith.cursor() as cursor,
        cursor.copy(f"COPY outbox_event ({columns}) FROM STDIN") as copy,
    ):
        for version, aggregate in versions:
            copy.write_row(
                (
                    *(uuid.uuid4(), "1.0", "/monolith", "listing.events", "listing"),
                    *(str(first + aggregate), version, "ListingRepriced", found[0]),
                    *(datetime.now(UTC), "", "", "", "system", "a fault test"),
                )
            )
