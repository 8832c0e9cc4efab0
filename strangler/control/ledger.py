"""How anything is changed: one change at a time, with an author, announced with its commit.

On the line: under ``services``, which move routes, and ``flagging``, which moves flags.
Enters: who and why. Leaves: the gateway's next revision.

    ControlError
        Unknown         nothing of that name is declared
        Refused         the wish makes no sense where things stand
            Objection   it makes sense to somebody who forces it
        Outdated        somebody else was faster
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from django.db import connections, router, transaction
from django.db.models import QuerySet

from strangler.audience import AudienceError

from .models import GatewayState

CHANNEL = "strangler_routes"
ONLY = 1


class ControlError(Exception):
    """The wish was not granted and nothing was changed; the message is one line."""


class Unknown(ControlError):
    """Nothing of that name is declared in the reviewed file."""


class Refused(ControlError):
    """The wish makes no sense where things stand."""


class Objection(Refused):
    """The wish is risky; whoever forces it is granted it."""


class Outdated(ControlError):
    """It was changed since the caller looked at it; look again."""


class Declared(Protocol):
    """What stands in a reviewed file under a name."""

    @property
    def id(self) -> str: ...


Known = TypeVar("Known", bound=Declared)
Value = TypeVar("Value")
Change = TypeVar("Change", bound=Any)


@dataclass(frozen=True, slots=True)
class Moved(Generic[Value]):
    """What was before and is now; ``revision`` is the gateway's, 0 if nothing changed."""

    before: Value
    after: Value
    revision: int


@dataclass(frozen=True, slots=True)
class Author:
    """Who changes something, and why; both are kept for ever."""

    who: str
    reason: str


def database() -> str:
    """Return the alias of the database that keeps it all."""
    return router.db_for_write(GatewayState)


@contextmanager
def locked(author: Author, *, dry_run: bool = False) -> Iterator[GatewayState]:
    """Open a transaction in which nobody else changes anything; a dry run is taken back.

    Raises ``Refused`` for an author who does not say why, and for words that make no sense.
    """
    if not author.reason.strip():
        raise Refused("say why: the reason must not be empty")
    with transaction.atomic(using=database()):
        GatewayState.objects.get_or_create(pk=ONLY)
        try:
            # Every writer takes this lock first, so no two changes interleave.
            yield GatewayState.objects.select_for_update().get(pk=ONLY)
        except AudienceError as error:
            raise Refused(str(error)) from error
        if dry_run:
            transaction.set_rollback(True, using=database())


def announce(gateway: GatewayState) -> int:
    """Raise the gateway's revision and wake the agents, both with the commit."""
    gateway.revision += 1
    gateway.save(update_fields=["revision", "all_to_monolith"])
    with connections[database()].cursor() as cursor:
        # Delivered with the commit, and not at all without it.
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, str(gateway.revision)])
    return gateway.revision


def find(kind: str, declared: Iterable[Known], name: str) -> Known:
    """Return what is declared under a name; raises ``Unknown``."""
    known = {each.id: each for each in declared}
    if name not in known:
        raise Unknown(f"unknown {kind} {name!r}; declared: {', '.join(known) or 'none'}")
    return known[name]


def last(name: str, changes: "QuerySet[Change]") -> Change:
    """Return the last change of what has the name; raises ``Refused`` if there was none."""
    change = changes.first()
    if change is None:
        raise Refused(f"nobody has moved {name} yet")
    return change


def need_revision(name: str, expected: int | None, found: int) -> None:
    """Raise ``Outdated`` if the caller has seen something else."""
    if expected not in (None, found):
        raise Outdated(
            f"{name} was moved by somebody else: it is at revision {found}, "
            f"not {expected}; look again"
        )
