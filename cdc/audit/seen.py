"""The topics as sides of the comparison, as the ledger knows them."""

from collections.abc import Iterator

from cdc.audit.ledger import Ledger
from cdc.audit.notes import RANGE
from cdc.contracts.applied import Sum, Versioned


class SeenEvents:
    """The event topics as a side of the comparison: each event once, however often it came."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def sums(self) -> dict[int, Sum]:
        query = (
            "SELECT range, count(*), sum(term) FROM "
            "(SELECT id, min(range) AS range, min(term) AS term FROM event GROUP BY id) "
            "GROUP BY range"
        )
        return {number: Sum(*rest) for number, *rest in self._ledger.query(query)}

    def open(self, number: int) -> Iterator[Versioned]:
        query = "SELECT DISTINCT id, version FROM event WHERE range = ?"
        return ((key, version) for key, version in self._ledger.query(query, [number]))


class SeenRows:
    """A topic of rows as a side of the comparison: the last record of each key."""

    def __init__(self, ledger: Ledger, topic: str) -> None:
        self._ledger = ledger
        self._topic = topic

    def sums(self) -> dict[int, Sum]:
        query = (
            "SELECT range, count(*), sum(term) FROM row "
            "WHERE topic = ? AND version IS NOT NULL GROUP BY range"
        )
        rows = self._ledger.query(query, [self._topic])
        return {number: Sum(*rest) for number, *rest in rows}

    def open(self, number: int) -> Iterator[Versioned]:
        query = (
            "SELECT key, version FROM row "
            "WHERE topic = ? AND key >= ? AND key < ? AND version IS NOT NULL"
        )
        bounds = [self._topic, number * RANGE, (number + 1) * RANGE]
        return ((key, version) for key, version in self._ledger.query(query, bounds))
