"""Snapshots amid the stream on the running line."""

import json
import uuid
from collections import Counter
from contextlib import closing
from typing import Any

import psycopg
import pytest
from confluent_kafka import Message

from cdc.contracts.topics import LISTING_ROWS, SEARCH_DEAD_LETTERS
from cdc.snapshots.notifications import Notifications
from tests.running_stack import Stack

pytestmark = pytest.mark.stack


def read_again(stack: Stack) -> Counter[int]:
    """Count each row's arrivals by snapshots amid the stream."""
    values = map(read, stack.records(LISTING_ROWS))
    return Counter(v["after"]["id"] for v in values if is_read_again(v))


def read(record: Message) -> dict[str, Any]:
    """Return what a record says; nothing where it says nothing, or another test broke it."""
    try:
        value: dict[str, Any] = json.loads(record.value() or b"{}")
    except ValueError:
        return {}
    return value


def is_read_again(value: dict[str, Any]) -> bool:
    """Tell whether a record is a row's that was read amid the stream."""
    return bool(value.get("source", {}).get("snapshot") == "incremental")


def monolith(stack: Stack) -> psycopg.Connection:
    """Open the monolith's database as its owner."""
    return psycopg.connect(stack.environment()["MONOLITH_DATABASE_URL"], autocommit=True)


def test_rows_that_meet_the_condition_are_read_amid_the_stream(stack: Stack) -> None:
    with monolith(stack) as database:
        ((wanted,),) = database.execute("SELECT count(*) FROM listings_listing WHERE id % 10 = 1")
    before, dead = read_again(stack), len(stack.records(SEARCH_DEAD_LETTERS))

    told = stack.manage("cdc", "snapshot", "listings", "--where", "id % 10 = 1", "--wait", "90")

    assert told.splitlines()[-1].startswith("completed")
    again = read_again(stack) - before
    assert again.total() == wanted
    assert {number % 10 for number in again} == {1}
    assert stack.try_manage("cdc", "audit").returncode == 0
    assert len(stack.records(SEARCH_DEAD_LETTERS)) == dead


def test_a_worker_killed_in_the_middle_goes_on_with_the_snapshot(stack: Stack) -> None:
    (worker,) = stack.family("connect")
    order = {"type": "INCREMENTAL", "data-collections": ["public.listings_listing"]}
    signal = f"test-{uuid.uuid4()}"
    with closing(Notifications(stack.environment()["KAFKA_BOOTSTRAP"])) as notifications:
        with monolith(stack) as database:
            row = [signal, "execute-snapshot", json.dumps(order)]
            database.execute("INSERT INTO cdc_signal VALUES (%s, %s, %s)", row)
        told = notifications.follow(signal, 60)
        seen = next(progress for progress in told if progress.state == "IN_PROGRESS")
        worker.kill()

        assert seen.percent is not None
        assert seen.percent < 100
        assert list(notifications.follow(signal, 120))[-1].state == "COMPLETED"
    assert f"{signal}: completed" in stack.manage("cdc", "snapshot", "--status")
