"""Which request an event belongs to, carried from the web request to `publish`."""

from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Correlation:
    """Ids that every event of one request, command or handler shares."""

    correlation_id: str = ""
    causation_id: str = ""
    traceparent: str = ""


_NONE = Correlation()

current: ContextVar[Correlation] = ContextVar("correlation", default=_NONE)
