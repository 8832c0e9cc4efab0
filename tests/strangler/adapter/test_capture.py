"""Whether a write is in the topics is asked of the slot by which the connector reads."""

from collections.abc import Iterator

import pytest
from django.db import connection

from stack.readiness import wait
from strangler.adapter.capture import Slot

pytestmark = pytest.mark.django_db(transaction=True)

NAME = "adapter_capture_test"


@pytest.fixture
def slot() -> Iterator[Slot]:
    run("SELECT pg_create_logical_replication_slot(%s, 'pgoutput')", NAME)
    try:
        yield Slot(NAME, "default")
    finally:
        run("SELECT pg_drop_replication_slot(%s)", NAME)


def test_a_write_is_captured_once_the_slot_has_confirmed_it(slot: Slot) -> None:
    write()
    position = slot.position()
    assert position is not None
    assert not slot.has_passed(position)

    def is_captured() -> bool:
        # As a connector does, once the records are in Kafka: no further than the log is on disk.
        run("SELECT pg_replication_slot_advance(%s, '0/0'::pg_lsn + %s)", NAME, position)
        return slot.has_passed(position)

    assert wait(is_captured, 30)

    write()
    later = slot.position()
    assert later is not None
    assert later > position
    assert not slot.has_passed(later)


def test_without_the_slot_nobody_knows() -> None:
    none = Slot("not_there", "default")
    assert none.position() is None
    assert not none.has_passed(1)


def write() -> None:
    run("SELECT pg_logical_emit_message(true, 'written', 'x')")


def run(statement: str, *parameters: str | int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
