"""Which version of which aggregate a record tells, read without its contract.

Enters: a record. Leaves: the aggregate's name and the version that it has after the record. Events
say both in their headers, rows in their key and column `version`; a deletion says no version.
"""

from typing import NamedTuple

from cdc.contracts.schemas import all_schemas
from cdc.debezium import ChangeEvent, MalformedChange
from consumers.runtime.records import Record


class Told(NamedTuple):
    """An aggregate, by a name that no other has in its partition, and its version."""

    aggregate: str
    version: int


def told_by(record: Record) -> Told | None:
    """Give what ``record`` tells, or None when it tells no version, or none that can be read."""
    if record.header("ce_type") is not None:
        return _of_event(record)
    return _of_row(record)


def _of_event(record: Record) -> Told | None:
    kind, subject, version = (
        (record.header(name) or b"").decode(errors="replace")
        for name in ("ce_type", "ce_subject", "aggregateversion")
    )
    schema = all_schemas().get(kind)
    if schema is None or not version.isascii() or not version.isdigit():
        return None
    # Aggregates of several types share a topic, and their ids and versions are their own.
    return _told(f"{schema.aggregate_type}/{subject}", int(version[:30]))


def _of_row(record: Record) -> Told | None:
    try:
        change = ChangeEvent.parse(record.key, record.value)
    except MalformedChange:
        return None
    row = change.after if isinstance(change, ChangeEvent) else None
    version = row.get("version") if row else None
    if type(version) is not int or record.key is None:
        return None
    return _told(record.key.decode(errors="replace"), version)


def _told(aggregate: str, version: int) -> Told | None:
    # What no database keeps is nobody's version and nobody's name.
    if "\0" in aggregate or not 0 <= version < 2**63:
        return None
    return Told(aggregate, version)
