"""Events and rows as the records that the pipe makes of them.

Enters: typed events, and rows of captured tables as dictionaries. Leaves: key, value and headers,
byte for byte as they come off a topic.
"""

import json
from datetime import UTC, datetime
from typing import Any, Literal, NamedTuple

from cdc.contracts.codec import encode
from cdc.contracts.events import DomainEvent
from cdc.contracts.handled_by import MONOLITH, Stamp
from cdc.contracts.schemas import all_schemas
from cdc.contracts.tables import CapturedTable
from consumers.runtime.brokers.port import Headers
from consumers.runtime.errors import UnknownSchema

Op = Literal["c", "u", "d", "r"]


class Told(NamedTuple):
    """A record before it has a place in a topic."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Headers = ()


def told_event(
    event: DomainEvent, version: int, message_id: str, now: float, stamp: Stamp = MONOLITH
) -> Told:
    """Give the record of an event. Raises ``MalformedEvent`` when it breaks its contract."""
    told = {
        "ce_id": message_id,
        "ce_specversion": "1.0",
        "ce_source": "/monolith",
        "ce_type": type(event).__name__,
        "ce_subject": event.aggregate_id,
        "ce_time": datetime.fromtimestamp(now, UTC).isoformat(),
        "aggregateversion": str(version),
        "correlationid": message_id,
        "handledby": stamp.text(),
    }
    value = encode(event, list(all_schemas()).index(type(event).__name__) + 1)
    headers = tuple((name, text.encode()) for name, text in told.items())
    return Told(event.topic, event.aggregate_id.encode(), value, headers)


def schema_of(schema_id: int) -> Any:
    """Stand where the registry is asked: the contracts of this release, in their order."""
    schemas = list(all_schemas().values())
    if not 0 < schema_id <= len(schemas):
        raise UnknownSchema(f"The registry has no schema {schema_id}.")
    return schemas[schema_id - 1].parsed


def told_row(
    table: CapturedTable, row: dict[str, Any], op: Op, lsn: int, now: float, snapshot: str = ""
) -> list[Told]:
    """Give the records of a row's change; a deletion is followed by its tombstone.

    The table's first column is its key. Raises ``ValueError`` for a column that is not captured.
    """
    if strange := set(row) - set(table.columns):
        raise ValueError(f"{table.name} has no captured column {', '.join(sorted(strange))}")
    source = {
        "lsn": lsn,
        "ts_ms": int(now * 1000),
        "snapshot": snapshot or "false",
        "txId": lsn,
        "table": table.name,
    }
    after = None if op == "d" else row
    change = {"before": None, "after": after, "source": source, "op": op, "ts_ms": int(now * 1000)}
    key = json.dumps({table.columns[0]: row[table.columns[0]]}).encode()
    told = Told(table.topic, key, json.dumps(change).encode())
    return [told, Told(table.topic, key, None)] if op == "d" else [told]
