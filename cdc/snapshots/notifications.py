"""What Debezium tells of its snapshots, read from the topic of its notifications.

Enters: a broker's address. Leaves: `Progress` values, oldest first. The topic is the only
memory: whoever comes later, or again, reads the same.
"""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaException, TopicPartition

from cdc.contracts.topics import NOTIFICATIONS
from cdc.snapshots.errors import NotFinished, NotificationsAway

_ENDS = ("COMPLETED", "ABORTED", "SKIPPED")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one incremental snapshot has come; ``id`` is its signal's."""

    id: str
    state: str
    table: str = ""
    last_key: str = ""
    largest_key: str = ""
    rows: int | None = None

    @property
    def is_over(self) -> bool:
        """Tell whether nothing more will come of it."""
        return self.state in _ENDS

    @property
    def percent(self) -> int | None:
        """Return how much of the table's range of keys is read, for keys that are numbers."""
        if not (self.last_key.isdecimal() and self.largest_key.isdecimal()):
            return None
        return 100 * int(self.last_key) // max(int(self.largest_key), 1)

    def __str__(self) -> str:
        words = [self.state.lower().replace("_", " "), self.table]
        words += [f"{self.percent} %, key {self.last_key}"] if self.percent is not None else []
        words += [f"{self.rows} rows"] if self.rows is not None else []
        return " ".join(filter(None, words))


def parse(value: bytes | None) -> Progress | None:
    """Read a notification; None for one of something else than an incremental snapshot."""
    told = json.loads(value or b"{}")
    if told.get("aggregate_type") != "Incremental Snapshot":
        return None
    more: dict[str, Any] = told.get("additional_data") or {}
    table = more.get("current_collection_in_progress") or more.get("scanned_collection") or ""
    rows = more.get("total_rows_scanned")
    return Progress(
        id=str(told.get("id")),
        state=str(told.get("type")),
        table=table,
        last_key=_number_in(more.get("last_processed_key")),
        largest_key=_number_in(more.get("maximum_key")),
        rows=None if rows is None else int(rows),
    )


def _number_in(key: str | None) -> str:
    # Keys of several columns are lists; one column's is the list of one.
    return (key or "").strip("[] ")


class Notifications:
    """One client that belongs to no group and remembers how far it has read."""

    def __init__(self, bootstrap: str) -> None:
        self._consumer = Consumer(
            {
                "bootstrap.servers": bootstrap,
                "group.id": "snapshots",
                "enable.auto.commit": False,
                "fetch.wait.max.ms": 10,
                "log_level": 0,
            }
        )
        self._consumer.assign([TopicPartition(NOTIFICATIONS, 0, OFFSET_BEGINNING)])

    def close(self) -> None:
        """Leave the broker."""
        self._consumer.close()

    def so_far(self) -> list[Progress]:
        """Return all that has been told until now and was not returned before."""
        try:
            _, end = self._consumer.get_watermark_offsets(
                TopicPartition(NOTIFICATIONS, 0), timeout=10
            )
            found: list[Progress] = []
            while self._next() < end:
                found += self._read()
        except KafkaException as error:
            raise NotificationsAway(f"{NOTIFICATIONS} cannot be read: {error.args[0]}") from error
        return found

    def follow(self, signal: str, timeout_s: float) -> Iterator[Progress]:
        """Yield what is told of one snapshot until it is over. Raises ``NotFinished``."""
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            for progress in self._read():
                if progress.id == signal:
                    yield progress
                    if progress.is_over:
                        return
        raise NotFinished(f"The snapshot {signal} was not over after {timeout_s:g} s; it goes on.")

    def _next(self) -> int:
        (place,) = self._consumer.position([TopicPartition(NOTIFICATIONS, 0)])
        return max(place.offset, 0)

    def _read(self) -> list[Progress]:
        records = self._consumer.consume(500, timeout=0.2)
        for record in records:
            if error := record.error():
                raise NotificationsAway(f"{NOTIFICATIONS} cannot be read: {error.str()}")
        return [told for record in records if (told := parse(record.value())) is not None]
