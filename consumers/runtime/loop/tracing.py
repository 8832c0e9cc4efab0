"""From a record to every log line that is written while it is handled, and to what it causes.

Enters: the headers of the record at hand. Leaves: its place, event, correlation and trace ids in
the log, by a filter that a side's LOGGING names; `Context.traceparent` for whatever a handler
calls or sends. No tracing library is needed: spans are nobody's here, only the trace goes on.
"""

import logging
import re
from contextvars import ContextVar

# W3C Trace Context: version, trace id, parent id, flags; neither id is all zeros.
_TRACEPARENT = re.compile(
    rb"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}"
)

_at_hand: ContextVar[object | None] = ContextVar("record_at_hand", default=None)


def now_handling(record: object | None) -> None:
    """Say which record the lines logged from here on are about; None ends it."""
    _at_hand.set(record)


def traceparent_of(header: bytes | None) -> str:
    """Give the header's text if it is a `traceparent`, else ""; anybody may have written it."""
    return header.decode() if header and _TRACEPARENT.fullmatch(header) else ""


def trace_id_of(header: bytes | None) -> str:
    """Give the trace id in the header, or ""."""
    found = _TRACEPARENT.fullmatch(header or b"")
    return found.group(1).decode() if found else ""


class RecordAtHand(logging.Filter):
    """Gives every log line ``at_hand``: what the record that is being handled says of itself."""

    def filter(self, record: logging.LogRecord) -> bool:
        at_hand = _at_hand.get()
        record.at_hand = "" if at_hand is None else f" {at_hand}"
        return True
