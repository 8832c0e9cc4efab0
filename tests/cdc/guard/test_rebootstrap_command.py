"""Who is made anew: whom one names, and whoever lost their slot."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from cdc.connect.connectors import OUTBOX_PUBLICATION, TABLES_PUBLICATION
from cdc.guard.rebootstrap_command import _wanted

# A slot waits for all transactions that are open, so the test may have none itself.
pytestmark = pytest.mark.django_db(transaction=True)


def test_what_is_not_lost_is_left_alone_unless_it_is_named() -> None:
    assert _wanted([]) == ["outbox", "tables"]
    names = [[OUTBOX_PUBLICATION], [TABLES_PUBLICATION]]
    with connection.cursor() as cursor:
        cursor.executemany("SELECT pg_create_logical_replication_slot(%s, 'pgoutput')", names)
        try:
            told = StringIO()
            call_command("cdc", "rebootstrap", stdout=told)
            assert "No slot is lost or gone" in told.getvalue()
            assert _wanted(["tables"]) == ["tables"]
            cursor.execute("SELECT pg_drop_replication_slot(%s)", [OUTBOX_PUBLICATION])
            assert _wanted(["tables"]) == ["outbox", "tables"]
        finally:
            cursor.execute("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots")


def test_an_unknown_name_is_refused_before_anything_happens() -> None:
    with pytest.raises(CommandError, match="No connector: inbox"):
        call_command("cdc", "rebootstrap", "inbox")
