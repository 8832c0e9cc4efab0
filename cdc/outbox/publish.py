"""The second arrow of the line: a domain event becomes an outbox row.

Enters: an event from one of the monolith's services. Leaves: a row in `outbox_event`,
committed with the change it tells of; Debezium reads it from the write-ahead log. Inside
`batch.together` the rows of several events leave in one insert.
"""

from django.db import connections, router
from django.utils import timezone

from cdc.contracts.codec import encode
from cdc.contracts.events import DomainEvent
from cdc.contracts.personal import sealed
from cdc.contracts.schemas import all_schemas
from cdc.outbox import batch, transports
from cdc.outbox.context import current
from cdc.outbox.errors import ContractNotRegistered, NoOpenTransaction
from cdc.outbox.models import OutboxEvent, RegisteredContract
from cdc.outbox.stamping import stamp_of
from cdc.personal import keyring

_schema_ids: dict[str, int] = {}


def publish(event: DomainEvent, *, aggregate_version: int) -> OutboxEvent:
    """Record ``event`` in the outbox, inside the caller's transaction.

    The aggregate's row and its event commit together or not at all; nothing here talks to
    Kafka or to the registry. With ``OUTBOX_TRANSPORT = "none"`` (the monolith stands alone)
    the event is checked against its contract and not stored. Personal fields are sealed with
    the person's key, and the row is stamped with whom a service acts for, by ``OUTBOX_STAMP``:
    whoever reacts in the monolith goes by the stamp of the row that is returned.

    Raises ``NoOpenTransaction`` in autocommit mode, ``ContractNotRegistered`` when the
    contract's id was never recorded, ``MalformedEvent`` when a value breaks the contract, and
    ``PersonErased`` when it tells something personal of a person who was erased.
    """
    if not connections[router.db_for_write(OutboxEvent)].in_atomic_block:
        raise NoOpenTransaction(f"{type(event).__name__} was published outside a transaction.")
    is_stored = transports.is_storing()
    schema_id = schema_id_of(event) if is_stored else 0
    # What does not leave is nobody's but the monolith's.
    stamp = stamp_of(event) if is_stored else ""
    row = row_of(sealed(event, keyring), aggregate_version, schema_id)
    if is_stored:
        row.handled_by = stamp
        batch.add(row)
    return row


def row_of(event: DomainEvent, aggregate_version: int, schema_id: int) -> OutboxEvent:
    """Return the event with all that its record needs; nothing is stored."""
    correlation = current.get()
    return OutboxEvent(
        topic=event.topic,
        aggregate_type=event.aggregate_type,
        aggregate_id=event.aggregate_id,
        aggregate_version=aggregate_version,
        event_type=type(event).__name__,
        payload=encode(event, schema_id),
        occurred_at=timezone.now(),
        correlation_id=correlation.correlation_id,
        causation_id=correlation.causation_id,
        traceparent=correlation.traceparent,
        actor=correlation.actor() or "system",
        reason=correlation.reason(),
    )


def schema_id_of(event: DomainEvent) -> int:
    """Return the registry's id of the event's contract; raises ``ContractNotRegistered``."""
    name = type(event).__name__
    if name not in _schema_ids:
        _schema_ids[name] = _read_schema_id(name)
    return _schema_ids[name]


def _read_schema_id(name: str) -> int:
    schema = all_schemas()[name]
    try:
        return RegisteredContract.objects.get(fingerprint=schema.fingerprint).schema_id
    except RegisteredContract.DoesNotExist:
        raise ContractNotRegistered(
            f"The contract {schema.subject} has no registry id here; "
            "run `manage.py contracts register`."
        ) from None
