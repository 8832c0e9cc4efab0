"""A poison record on its way to the dead letter topic: bytes untouched, reason in headers."""

from datetime import UTC, datetime

from consumers.runtime.brokers.port import Broker, Headers
from consumers.runtime.errors import RecordTooLarge
from consumers.runtime.records import Record

_LONGEST_REASON = 1000


def dead_letter_headers(record: Record, error: BaseException, attempts: int) -> Headers:
    """Give the record's own headers and behind them where it came from and why it ended here."""
    reason = f"{type(error).__name__}: {error}"[:_LONGEST_REASON]
    told = {
        "originalTopic": record.topic,
        "originalPartition": str(record.partition),
        "originalOffset": str(record.offset),
        "error": reason,
        "attempts": str(attempts),
        "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds"),
    }
    return (*record.headers, *((name, text.encode()) for name, text in told.items()))


def bury(broker: Broker, topic: str, record: Record, error: BaseException, attempts: int) -> None:
    """Send ``record`` to the dead letters; on return it is safe there. Raises ``RetryLater``.

    A record that leaves no room for the reason stays where it is: its letter tells the place
    and has `originalBytes` instead of the bytes.
    """
    headers = dead_letter_headers(record, error, attempts)
    try:
        broker.send(topic, record.key, record.value, headers)
    except RecordTooLarge:
        told = headers[len(record.headers) :]
        size = len(record.key or b"") + len(record.value or b"")
        broker.send(topic, None, None, (*told, ("originalBytes", str(size).encode())))
