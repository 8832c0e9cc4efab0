"""Which request an event belongs to, carried from the web request to `publish`."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace


def _nobody() -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Correlation:
    """Ids that every event of one request, command or handler shares.

    ``actor`` is asked when an event is published, and not before: who is logged in costs a query.
    ``reason`` says what the actor was doing, for whoever reads the outbox as the audit trail.
    """

    correlation_id: str = ""
    causation_id: str = ""
    traceparent: str = ""
    actor: Callable[[], str] = _nobody
    reason: Callable[[], str] = _nobody


_NONE = Correlation()

current: ContextVar[Correlation] = ContextVar("correlation", default=_NONE)


@contextmanager
def because(reason: str, *, actor: str | None = None) -> Iterator[None]:
    """Give what is published inside its reason, and an actor where no request tells one."""
    found = current.get()
    who = found.actor if actor is None else lambda: actor
    token = current.set(replace(found, actor=who, reason=lambda: reason))
    try:
        yield
    finally:
        current.reset(token)
