"""Re-emit what is lost, and nothing else; consumers are idempotent, so once more is harmless.

Enters: a verdict's findings. Leaves: new entries in the log, so that what is mended travels
the same way and in the same order as everything else:

- an event: its outbox row is taken out and put back unchanged, with the same id;
- a row: it is written onto itself, which raises its version. Debezium's incremental snapshot
  would repeat the version that a consumer may believe it holds, and be ignored;
- a deletion: the log has nothing left to write, so its record goes straight to the partition
  of the key's other records, behind them.
"""

import json
import time
from collections.abc import Iterable, Sequence
from typing import Any

from confluent_kafka import Producer
from django.db import connections, router, transaction
from psycopg import sql

from cdc.audit.errors import NotRepaired
from cdc.audit.ledger import Ledger
from cdc.audit.verdict import Finding, Verdict
from cdc.contracts.tables import CAPTURED, CapturedTable
from cdc.outbox.models import OutboxEvent, Reemission

_BATCH = 500


def repair(verdict: Verdict, ledger: Ledger, bootstrap: str) -> int:
    """Re-emit every finding's key once; return how many. Raises ``NotRepaired``."""
    events = sorted({str(each.difference.key) for each in verdict.lost if not each.topic})
    for ids in _batches(events):
        _reemit(ids)
    for table in CAPTURED:
        of_table = [each for each in verdict.findings if each.topic == table.topic]
        for keys in _batches(_keys(of_table, gone=False)):
            _touch(table, keys)
        _delete_again(table, _keys(of_table, gone=True), verdict.lsn, ledger, bootstrap)
    return len({(each.topic, each.difference.key) for each in verdict.findings})


def _keys(findings: Iterable[Finding], *, gone: bool) -> list[int]:
    return sorted(
        {int(each.difference.key) for each in findings if (each.difference.wanted is None) is gone}
    )


def _reemit(ids: Sequence[Any]) -> None:
    with transaction.atomic(using=router.db_for_write(OutboxEvent)):
        rows = OutboxEvent.objects.filter(id__in=ids)
        events = list(rows.order_by("occurred_at", "aggregate_version"))
        rows.delete()
        OutboxEvent.objects.bulk_create(events)
        notes = [Reemission(event_id=event.id) for event in events]
        Reemission.objects.bulk_create(notes, ignore_conflicts=True)


def _touch(table: CapturedTable, keys: Sequence[Any]) -> None:
    statement = sql.SQL("UPDATE {} SET id = id WHERE id = ANY(%s)")
    with connections[router.db_for_write(OutboxEvent)].cursor() as cursor:
        query: Any = statement.format(sql.Identifier(table.name))
        cursor.execute(query, [list(keys)])


def _delete_again(
    table: CapturedTable, keys: Sequence[int], lsn: int, ledger: Ledger, bootstrap: str
) -> None:
    if not keys:
        return
    producer = Producer({"bootstrap.servers": bootstrap, "acks": "all", "log_level": 0})
    for key in keys:
        place = ledger.key_of(table.topic, key)
        if place is None:
            raise NotRepaired(
                f"{table.topic} keeps no record of {key}, so nothing tells where its deletion "
                "belongs; rebuild the consumer that still holds it"
            )
        for value in (_deletion(table, key, lsn), None):
            producer.produce(table.topic, value, place[1], partition=place[0])
    if producer.flush(30):
        raise NotRepaired(f"Kafka did not take the deletions for {table.topic}")


def _deletion(table: CapturedTable, key: int, lsn: int) -> bytes:
    now = int(time.time() * 1000)
    # Behind every record of the row that the audit could see.
    source = {"table": table.name, "lsn": lsn, "ts_ms": now, "snapshot": "false", "txId": None}
    body = {"op": "d", "before": {"id": key}, "after": None, "source": source, "ts_ms": now}
    return json.dumps(body).encode()


def _batches(keys: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (keys[start : start + _BATCH] for start in range(0, len(keys), _BATCH))
