"""Whole transactions, from changes and from the marks around them.

Enters: changes with their place in a transaction, and BEGIN and END of the transaction topic, in
whatever order the topics are read. Leaves: `Transaction`, once everything of it has come. The
records are described in the PostgreSQL connector documentation, "Transaction metadata".
"""

import json
from collections.abc import Collection
from dataclasses import dataclass, field

from cdc.debezium.change import ChangeEvent
from cdc.debezium.errors import MalformedChange


@dataclass(frozen=True, slots=True)
class TransactionMark:
    """A record of the transaction topic; ``counts`` (changes by `schema.table`) come at the end.

    Debezium's id is the transaction's number and a log position, and the position differs
    between BEGIN and END: only the number belongs to both.
    """

    transaction_id: int
    is_end: bool
    counts: dict[str, int] = field(default_factory=dict)

    @classmethod
    def parse(cls, value: bytes | None) -> "TransactionMark":
        """Return the mark in a record's value; raises ``MalformedChange``."""
        try:
            body = json.loads(value or b"")
            body = body.get("payload", body)
            collections = body["data_collections"] or ()
            return cls(
                transaction_id=int(body["id"].partition(":")[0]),
                is_end={"BEGIN": False, "END": True}[body["status"]],
                counts={part["data_collection"]: part["event_count"] for part in collections},
            )
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise MalformedChange(f"The record is no transaction mark: {error!r}.") from error


@dataclass(frozen=True, slots=True)
class Transaction:
    """All changes of one transaction that concern the tables asked for, in their order."""

    transaction_id: int
    changes: tuple[ChangeEvent, ...]


class Transactions:
    """Gather the changes of ``tables`` (`schema.table`) into transactions.

    They leave in the order in which they become whole. What a transaction did to other tables is
    not waited for; one that touched none of them leaves nothing.
    """

    def __init__(self, tables: Collection[str]) -> None:
        self._tables = frozenset(tables)
        self._changes: dict[int, dict[int, ChangeEvent]] = {}
        self._expected: dict[int, int] = {}

    @property
    def pending(self) -> int:
        """Count the changes that wait for the rest of their transaction."""
        return sum(map(len, self._changes.values()))

    def mark(self, mark: TransactionMark) -> Transaction | None:
        """Take a mark; return the transaction if that makes it whole."""
        if not mark.is_end:
            return None
        count = sum(count for table, count in mark.counts.items() if table in self._tables)
        if count:
            self._expected[mark.transaction_id] = count
        return self._whole(mark.transaction_id)

    def add(self, change: ChangeEvent) -> Transaction | None:
        """Take a change; return the transaction if that makes it whole.

        Raises ``MalformedChange`` for a change without a place: a snapshot's has none.
        """
        if change.place is None:
            raise MalformedChange("The change does not tell its place in a transaction.")
        number = change.place.transaction_id
        # By its place, as a record may be delivered again before its transaction is whole.
        self._changes.setdefault(number, {})[change.place.order] = change
        return self._whole(number)

    def _whole(self, number: int) -> Transaction | None:
        changes = self._changes.get(number, {})
        if len(changes) != self._expected.get(number):
            return None
        del self._expected[number], self._changes[number]
        return Transaction(number, tuple(changes[order] for order in sorted(changes)))
