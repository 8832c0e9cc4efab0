"""Slots of a real server: measured, dropped, and waited for."""

import pytest
from django.db import connection

from cdc.connect.connectors import Source
from cdc.guard import replication, slots
from cdc.guard.errors import SlotMissing

# A slot waits for all transactions that are open, so the test may have none itself.
pytestmark = pytest.mark.django_db(transaction=True)

NAME = "guarded"


@pytest.fixture
def source() -> Source:
    """Give the test's own server."""
    told = connection.settings_dict
    return Source(told["HOST"], int(told["PORT"]), told["NAME"], told["USER"], told["PASSWORD"])


def test_a_slot_nobody_reads_grows_until_it_is_dropped(source: Source) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_create_logical_replication_slot(%s, 'pgoutput')", [NAME])
        try:
            before = slots.take(connection, [NAME])[NAME]
            cursor.execute("SELECT pg_logical_emit_message(true, 'x', repeat('x', 100000))")
            now = slots.take(connection, [NAME, "other"])
            with pytest.raises(SlotMissing):
                replication.wait_until_read(source, NAME, timeout_s=0)
        finally:
            replication.drop(source, NAME)
        replication.drop(source, NAME)

    assert list(now) == [NAME]
    assert not now[NAME].is_active
    assert not now[NAME].is_lost
    assert now[NAME].retained >= before.retained + 100_000
    assert slots.take(connection, [NAME]) == {}


def test_the_smaller_of_two_budgets_counts() -> None:
    assert slots.budget(connection, 1000) == 1000
    assert slots.budget(connection, 10**15) == 4 * 1024**3
    assert slots.budget(connection, 0) == 4 * 1024**3
