"""A flag moves who sends: the stamp in the row, in the record and at the cause are one text."""

import psycopg
import pytest

from cdc.contracts.handled_by import Stamp, bucket
from cdc.contracts.topics import LISTING_EVENTS
from stack.hops import headers_of
from stack.visitor import Visitor
from strangler import flags
from tests.running_stack import Stack

pytestmark = pytest.mark.stack

FLAG = "alerts-price"
STORED = """
SELECT event.id::text, event.handled_by, change.handled_by
FROM outbox_event event JOIN alerts_change change ON change.event_id = event.id
WHERE event.aggregate_id = %s AND event.event_type = 'ListingRepriced'
ORDER BY event.occurred_at DESC LIMIT 1
"""


def reduced(stack: Stack, agent: Visitor, listing: int) -> tuple[str, str]:
    """Ask a lower price; return the event's id and stamp, as event and change keep it."""
    form = agent.edit_form(listing)
    agent.submit_edit(listing, form | {"price": str(int(form["price"]) - 1000)})
    with psycopg.connect(stack.environment()["MONOLITH_DATABASE_URL"]) as monolith:
        (row,) = monolith.execute(STORED, [str(listing)]).fetchall()
    assert row[1] == row[2]
    return row[0], row[1]


def header(stack: Stack, event_id: str) -> str:
    """Return the stamp on the event's record, once it is there."""

    def found() -> list[str]:
        told = (headers_of(record) for record in stack.records(LISTING_EVENTS))
        return [each["handledby"] for each in told if each["ce_id"] == event_id]

    stack.wait_until(lambda: bool(found()))
    (text,) = found()
    return text


def test_a_flag_is_in_the_stamp_of_what_is_caused_while_it_stands(
    stack: Stack, agent: Visitor
) -> None:
    listing = agent.own_listings()[3]
    before = reduced(stack, agent, listing)
    try:
        stack.manage("strangler", "flags", "set", FLAG, "--percent", "25", "--reason", "a test")
        stack.wait_until(lambda: bool(reduced(stack, agent, listing)[1]))
        after = reduced(stack, agent, listing)
    finally:
        stack.manage("strangler", "flags", "undo", FLAG, "--reason", "the test is over")

    assert (before[1], header(stack, before[0])) == ("", "")
    assert header(stack, after[0]) == after[1]
    stamp = Stamp.parse(after[1])
    for account in range(1, 200):
        assert stamp.handles("price", account) == flags.is_on(FLAG, 25, bucket(account))
        assert not stamp.handles("match", account)
