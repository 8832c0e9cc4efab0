"""Our runtime with inbox, read model and offset in one PostgreSQL transaction for each batch.

Leaves, beside the proof that every event was handled: that each is in the inbox once, that every
home has the price of its last version, and how long a batch took from being read to its commit.
"""

import time
from collections.abc import Sequence
from typing import Any

import django

from cdc.contracts.events import ListingRepriced
from consumers.runtime.consumer import Consumer
from consumers.runtime.context import Context
from tests.bench.figures import summarise
from tests.bench.own.loops import configured, run_loop
from tests.bench.peers.work import Task, Work, run

GUARANTEE = "exactly once in effect: inbox, read model and offset in one transaction per batch"

_CREATE = """
CREATE TABLE IF NOT EXISTS bench_price (
    listing_id bigint PRIMARY KEY, price bigint NOT NULL, version bigint NOT NULL
)
"""
_UPSERT = """
INSERT INTO bench_price AS known (listing_id, price, version)
SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[])
ON CONFLICT (listing_id) DO UPDATE SET price = excluded.price, version = excluded.version
WHERE known.version < excluded.version
"""
_PROOF = """
SELECT (SELECT count(*) FROM runtime_inbox WHERE consumer = %s),
       (SELECT count(*) FROM bench_price WHERE price <> 500001 + version)
"""


def consume(task: Task, work: Work) -> None:
    """Run the loop until everything is committed."""
    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from consumers.runtime.parking.database import DatabaseLot
    from consumers.runtime.stores.database import DatabaseStore

    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute(_CREATE)
    consumer: Consumer[None] = Consumer(task.group)

    @consumer.on(ListingRepriced, in_batches=True)
    def reprice(told: Sequence[tuple[ListingRepriced, Context[None]]]) -> None:
        rows: dict[int, tuple[int, int, int]] = {}
        for event, context in told:
            assert context.envelope is not None
            work.note(context.envelope.message_id)
            version = context.envelope.aggregate_version
            rows[event.listing_id] = (event.listing_id, event.new_price, version)
        with connection.cursor() as cursor:
            cursor.execute(_UPSERT, [*map(list, zip(*rows.values(), strict=True))])

    commits = Commits(work)
    store, lot = DatabaseStore(task.group), DatabaseLot(task.group)
    run_loop(configured(task), work, consumer, None, store, lot, commits)
    work.told["handle_ms"] = summarise(commits.taken_ms)
    with connection.cursor() as cursor:
        cursor.execute(_PROOF, [task.group])
        if (found := cursor.fetchone()) != (task.events, 0):
            raise AssertionError(f"The database holds (inbox, wrong prices): {found}")


class Commits:
    """How long each batch took from being read to its commit; the work ends with the last."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._read_at = 0.0
        self.taken_ms: list[float] = []

    def __call__(self, step: str) -> Any:
        if step == "read":
            self._read_at = time.monotonic()
        elif step == "applied":
            now = time.monotonic()
            self.taken_ms.append((now - self._read_at) * 1000)
            if self._work.is_done:
                self._work.ended_at = now


if __name__ == "__main__":
    run(consume, GUARANTEE)
