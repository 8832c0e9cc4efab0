"""Positions in words, and slots that have not confirmed one."""

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from cdc import position


@given(st.integers(0, 2**64 - 1))
def test_a_position_is_read_as_it_is_written(lsn: int) -> None:
    assert position.read(position.written(lsn)) == lsn


@pytest.mark.django_db
def test_positions_are_postgresqls_own_and_a_missing_slot_is_told() -> None:
    before = position.current(connection)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_logical_emit_message(false, 'test', 'x')")
        cursor.execute("SELECT pg_current_wal_insert_lsn()::text")
        ((here,),) = cursor.fetchall()

    assert before < position.read(here) <= position.current(connection)
    assert position.slots_before(connection, before, ["nobody"]) == [
        "the slot nobody does not exist"
    ]
