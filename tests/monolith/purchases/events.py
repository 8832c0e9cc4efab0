"""What the outbox says of offers and purchases: rows enter, events and their versions leave."""

from cdc.contracts.codec import decode
from cdc.contracts.events import DomainEvent
from cdc.outbox.models import OutboxEvent


def published() -> list[tuple[DomainEvent, int]]:
    """Return the events of the offer topic in the order in which they were written."""
    rows = OutboxEvent.objects.filter(topic="offer.events").order_by("occurred_at")
    return [(decode(row.event_type, bytes(row.payload)), row.aggregate_version) for row in rows]


def names() -> list[str]:
    return [type(event).__name__ for event, _ in published()]
