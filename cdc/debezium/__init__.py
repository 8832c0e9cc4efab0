"""Debezium's records as Python values; for any consumer of any database, without Django.

    shop = Table(
        "public.orders",
        {"id": "bigint", "total": "numeric(12,2)", "tags": "text[]", "paid_at": "timestamptz"},
        modes=Modes.of(connector_config),
    )
    change = shop.read(record.key(), record.value(), record.headers() or ())
    if isinstance(change, Tombstone) or change.op == "t":
        ...
    elif change.is_deletion:
        forget(change.key["id"])
    else:
        known = {name: v for name, v in change.after.items() if not isinstance(v, Marker)}
        store(change.key["id"], known, order=change.lsn)

`MalformedChange` is the one error of a record; `MistakenTable` comes when a table is declared.
What a connector's modes lose without a word, `losses(table)` tells in sentences.
"""

from cdc.debezium.change import ChangeEvent, Tombstone, TransactionPlace
from cdc.debezium.errors import (
    DebeziumError,
    MalformedChange,
    MistakenTable,
    UndecodableValue,
    UnexpectedColumns,
)
from cdc.debezium.heartbeats import heartbeat_time
from cdc.debezium.intervals import Interval
from cdc.debezium.losses import losses
from cdc.debezium.markers import UNCHANGED, UNKNOWN, Marker, Special
from cdc.debezium.modes import UNAVAILABLE, Modes
from cdc.debezium.moments import FarDate, FarTimestamp
from cdc.debezium.ranges import Range
from cdc.debezium.tables import COLUMNS_QUERY, Table
from cdc.debezium.transactions import Transaction, TransactionMark, Transactions

__all__ = [
    "COLUMNS_QUERY",
    "UNAVAILABLE",
    "UNCHANGED",
    "UNKNOWN",
    "ChangeEvent",
    "DebeziumError",
    "FarDate",
    "FarTimestamp",
    "Interval",
    "MalformedChange",
    "Marker",
    "MistakenTable",
    "Modes",
    "Range",
    "Special",
    "Table",
    "Tombstone",
    "Transaction",
    "TransactionMark",
    "TransactionPlace",
    "Transactions",
    "UndecodableValue",
    "UnexpectedColumns",
    "heartbeat_time",
    "losses",
]
