"""A loose fact becomes a record, in the same shape as an event that came by the outbox.

Enters: an event of the published language. Leaves: a record with the contract's bytes and
CloudEvents' headers, in the hands of this process's sender.
"""

import logging

from django.conf import settings

from cdc.contracts.events import DomainEvent
from cdc.facts import sender
from cdc.outbox.models import OutboxEvent
from cdc.outbox.publish import row_of, schema_id_of
from cdc.outbox.transports import is_storing

log = logging.getLogger(__name__)


def tell(event: DomainEvent, *, aggregate_version: int) -> None:
    """Tell a fact as soon as the broker takes it, or never; returns at once and raises nothing.

    A site that publishes no events (``OUTBOX_TRANSPORT = "none"``) tells no facts either.
    """
    try:
        if is_storing():
            row = row_of(event, aggregate_version, schema_id_of(event))
            told = sender.of_process(settings.KAFKA_BOOTSTRAP)
            told.send(row.topic, row.aggregate_id, bytes(row.payload), _headers(row))
    # Whatever it is, the page that tells this is worth more.
    except Exception:
        log.exception("fact lost aggregate_id=%s", event.aggregate_id)


def _headers(row: OutboxEvent) -> dict[str, str]:
    return {
        "ce_id": str(row.id),
        "ce_specversion": row.specversion,
        "ce_source": row.source,
        "ce_type": row.event_type,
        "ce_subject": row.aggregate_id,
        "ce_time": row.occurred_at.isoformat().replace("+00:00", "Z"),
        "aggregateversion": str(row.aggregate_version),
        "correlationid": row.correlation_id,
        "causationid": row.causation_id,
        "traceparent": row.traceparent,
    }
