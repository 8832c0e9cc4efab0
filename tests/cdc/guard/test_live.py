"""A budget that runs out on the running line: held, given up, exceeded, and a new beginning."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import psycopg
import pytest

from cdc.connect.connectors import OUTBOX_PUBLICATION, TABLES_PUBLICATION
from cdc.contracts.topics import LISTING_ROWS
from cdc.snapshots.notifications import Notifications
from stack.visitor import Visitor
from tests.deletion import delete_a_home
from tests.faults.budget import connect_stands, exceed_budget, write_segments
from tests.running_stack import Stack

pytestmark = pytest.mark.stack

_RETAINED = """
SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)::bigint
FROM pg_replication_slots WHERE slot_name = %s
"""
_NEWEST = """
SELECT id::text FROM outbox_event WHERE aggregate_id = %s ORDER BY aggregate_version DESC LIMIT 1
"""


@pytest.fixture
def breakable(stack: Stack) -> Iterator[Stack]:
    """Give a line whose slots may be lost; whatever becomes of the test, others find it whole."""
    yield stack
    if stack.try_manage("cdc", "guard").returncode != 0:
        stack.try_manage("cdc", "rebootstrap", "--wait", "120")


def change_everything(stack: Stack) -> tuple[str, int]:
    """Have an agent edit, many rows change at once, and one go; return an event and a row."""
    with Visitor(stack.url("gateway")) as agent:
        agent.log_in("agent", "agent")
        edited = agent.own_listings()[0]
        form = agent.edit_form(edited)
        agent.submit_edit(edited, form | {"price": str(int(form["price"]) + 1)})
    with psycopg.connect(stack.superuser()) as database:
        database.execute("UPDATE listings_listing SET price = price + 1 WHERE id % 7 = 1")
        ((event,),) = database.execute(_NEWEST, [str(edited)]).fetchall()
        return event, delete_a_home(database)


def begin_anew(stack: Stack, event: str, deleted: int) -> str:
    """Renew whatever is lost, and find the event and the row's end where they belong."""
    told = stack.manage("cdc", "rebootstrap", "--wait", "120")

    assert told.splitlines()[-1].startswith("0 lost, 0 doubled, 0 out of order")
    assert [each[0] for each in stack.events()].count(event) == 1
    values = [record for record in stack.records(LISTING_ROWS) if record.key() == key_of(deleted)]
    assert values[-1].value() is None
    assert "All connectors run as declared" in stack.manage("connectors", "plan")
    return told


def key_of(row: int) -> bytes:
    """Write a row's key as its records carry it."""
    return json.dumps({"id": row}, separators=(",", ":")).encode()


def test_a_running_snapshot_is_held_as_the_budget_runs_out(stack: Stack) -> None:
    with (
        closing(Notifications(stack.environment()["KAFKA_BOOTSTRAP"])) as notifications,
        psycopg.connect(stack.superuser()) as keeper,
        psycopg.connect(stack.superuser(), autocommit=True) as database,
    ):
        # Debezium waits for this lock in the middle of its snapshot.
        keeper.execute("LOCK TABLE listings_listing IN ACCESS EXCLUSIVE MODE")
        signal = stack.manage("cdc", "snapshot", "listings").partition(":")[0]
        told = notifications.follow(signal, 60)
        next(told)
        # So much that what others write meanwhile is little beside it, and not to a segment's end.
        write_segments(database)
        database.execute("SELECT pg_logical_emit_message(true, 'x', repeat('x', 4000000))")
        ((retained,),) = database.execute(_RETAINED, [TABLES_PUBLICATION]).fetchall()
        tight = replace(stack, settings={"CAPTURE_WAL_BUDGET": str(int(retained / 0.9))})

        looked = tight.try_manage("cdc", "guard")

        assert looked.returncode == 2
        assert "banyan_tables: hold: " in looked.stdout
        assert "banyan_tables: its snapshot is told to pause" in looked.stdout
        keeper.rollback()
        assert any(progress.state == "PAUSED" for progress in told)
        stack.manage("cdc", "snapshot", "--resume")
        assert list(told)[-1].state == "COMPLETED"


def test_slots_that_the_guard_gave_up_are_made_anew_and_nothing_stays_missed(
    breakable: Stack,
) -> None:
    stack = breakable
    tight = replace(stack, settings={"CAPTURE_WAL_BUDGET": "1"})
    refused = tight.try_manage("cdc", "guard")
    assert "banyan_tables: drop: " in refused.stdout
    assert "dropped" not in refused.stdout

    given_up = tight.try_manage("cdc", "guard", "--may-drop")

    assert given_up.stdout.count("dropped; mend the cause") == 2
    assert "No slot: banyan_outbox, banyan_tables" in stack.try_manage("cdc", "guard").stderr
    event, deleted = change_everything(stack)
    assert f"lost: event {event}: committed" in begin_anew(stack, event, deleted)


def test_nothing_stays_missed_after_the_budget_of_the_log_was_exceeded(breakable: Stack) -> None:
    stack = breakable
    with connect_stands(stack):
        committed = change_everything(stack)
        exceed_budget(stack)

    looked = stack.try_manage("cdc", "guard")
    assert looked.returncode == 2
    assert looked.stdout.count("lost, its log was removed: manage.py cdc rebootstrap") == 2
    found = stack.try_manage("cdc", "doctor").stdout
    assert "the slot banyan_outbox is lost: its log was removed" in found
    assert "mend  manage.py cdc rebootstrap tables" in found
    # What had reached the worker before it stood, it still hands on; nobody can tell which.
    begin_anew(stack, *committed)
    calm = stack.manage("cdc", "guard")
    assert all(f"{name}: calm" in calm for name in (OUTBOX_PUBLICATION, TABLES_PUBLICATION))
