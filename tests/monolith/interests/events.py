"""What the outbox says of a domain: rows enter, events and their versions leave."""

from cdc.contracts.codec import decode
from cdc.contracts.events import DomainEvent
from cdc.outbox.models import OutboxEvent


def published(topic: str = "interest.events") -> list[tuple[DomainEvent, int]]:
    """Return a topic's events in the order in which they were written."""
    rows = OutboxEvent.objects.filter(topic=topic).order_by("occurred_at")
    return [(decode(row.event_type, bytes(row.payload)), row.aggregate_version) for row in rows]
