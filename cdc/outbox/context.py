"""Which request an event belongs to, carried from the web request to `publish`.

Enters: a request (by `middleware`), an event that somebody reacts to, or a person's reason.
Leaves: `current`, which `publish` reads; nothing is passed through the services in between.
"""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace

from cdc.contracts.envelope import Envelope


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
    """Give what is published inside its reason, and an actor where no request tells one.

    A command or a task has no request: what it publishes shares an id that is made here.
    """
    found = current.get()
    who = found.actor if actor is None else lambda: actor
    shared = found.correlation_id or str(uuid.uuid4())
    told = replace(found, correlation_id=shared, actor=who, reason=lambda: reason)
    token = current.set(told)
    try:
        yield
    finally:
        current.reset(token)


@contextmanager
def caused_by(envelope: Envelope) -> Iterator[None]:
    """Publish inside as what the event led to: it is the cause, and its request and trace go on.

    The actor is who works now, not who caused the event.
    """
    ids = replace(
        current.get(),
        correlation_id=envelope.correlation_id,
        causation_id=envelope.message_id,
        traceparent=envelope.traceparent,
    )
    token = current.set(ids)
    try:
        yield
    finally:
        current.reset(token)
