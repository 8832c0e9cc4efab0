"""A dead record as a letter in the consumer's dead letter topic: bytes untouched, reason told.

Enters: a record that is parked for good. Leaves: a record with the same key and value, its own
headers, and behind them where it came from and why it ended here.
"""

import traceback
from datetime import UTC, datetime

from cdc.contracts.codec import MalformedEvent, schema_id_of
from consumers.runtime.brokers.port import Broker, Headers
from consumers.runtime.config import ConsumerConfig
from consumers.runtime.errors import RecordTooLarge, RetryLater, StoreAway
from consumers.runtime.parking.port import Parked
from consumers.runtime.records import Record

_LONGEST_REASON, _LONGEST_STACK = 1000, 8000


class DeadLetters:
    """The dead letter topic of one consumer."""

    def __init__(self, config: ConsumerConfig, broker: Broker) -> None:
        self._config = config
        self._broker = broker

    def send(self, parked: Parked) -> None:
        """Send a letter; on return it is safe there. Raises ``StoreAway``.

        A record that leaves no room for the reason stays where it is: its letter tells the
        place and has `originalBytes` instead of the bytes; the parking lot has them.
        """
        record, told = parked.record, self._told(parked)
        try:
            try:
                self._send(record.key, record.value, (*record.headers, *told))
            except RecordTooLarge:
                size = len(record.key or b"") + len(record.value or b"")
                self._send(None, None, (*told, ("originalBytes", str(size).encode())))
        except RetryLater as failure:
            # Never pass a record that is safe nowhere.
            raise StoreAway(str(failure)) from failure

    def _send(self, key: bytes | None, value: bytes | None, headers: Headers) -> None:
        self._broker.send(self._config.dead_letter_topic, key, value, headers)

    def _told(self, parked: Parked) -> Headers:
        record = parked.record
        told = {
            "originalTopic": record.topic,
            "originalPartition": str(record.partition),
            "originalOffset": str(record.offset),
            "originalTimestamp": str(record.timestamp),
            "error": parked.error,
            "stack": parked.stack,
            "attempts": str(parked.attempts),
            "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "schemaId": _schema_id(record),
            "version": self._config.version,
        }
        return tuple((name, text.encode()) for name, text in told.items() if text)


def reason_of(error: BaseException) -> str:
    """Write what went wrong, for whoever decides about the record."""
    return f"{type(error).__name__}: {error}"[:_LONGEST_REASON]


def stack_of(error: BaseException) -> str:
    """Write where ``error`` came from; of a long story its end."""
    return "".join(traceback.format_exception(error))[-_LONGEST_STACK:]


def _schema_id(record: Record) -> str:
    try:
        return str(schema_id_of(record.value or b""))
    except MalformedEvent:
        return ""
