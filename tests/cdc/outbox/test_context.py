"""What an event led to names it, and goes on under its request."""

from datetime import UTC, datetime

import pytest

from cdc.contracts.envelope import Envelope
from cdc.contracts.events import ListingRepriced
from cdc.outbox.context import because, caused_by, current
from cdc.outbox.models import OutboxEvent
from cdc.outbox.publish import publish

EVENT = ListingRepriced(7, 120_000, 115_000)
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
CAUSE = Envelope(
    message_id="event-1",
    correlation_id="request-1",
    causation_id="",
    timestamp=datetime(2026, 5, 4, tzinfo=UTC),
    event_type="ListingRepriced",
    aggregate_id="7",
    aggregate_version=2,
    traceparent=TRACE,
    payload=EVENT,
)


@pytest.mark.django_db
def test_what_an_event_led_to_names_it_and_stays_with_its_request() -> None:
    with because("task: match", actor="system"), caused_by(CAUSE):
        publish(EVENT, aggregate_version=3)

    row = OutboxEvent.objects.get()
    assert (row.correlation_id, row.causation_id) == ("request-1", "event-1")
    assert (row.traceparent, row.actor, row.reason) == (TRACE, "system", "task: match")


def test_the_cause_ends_with_its_block_whatever_happens() -> None:
    before = current.get()

    with pytest.raises(KeyError), caused_by(CAUSE):
        raise KeyError

    assert current.get() is before


def test_what_a_command_publishes_shares_an_id_and_a_request_keeps_its_own() -> None:
    with because("command: one"):
        one = current.get().correlation_id
        with because("command: a step of it"):
            assert current.get().correlation_id == one
    with because("command: another"):
        assert current.get().correlation_id not in ("", one)
    with caused_by(CAUSE), because("task: match"):
        assert current.get().correlation_id == "request-1"
