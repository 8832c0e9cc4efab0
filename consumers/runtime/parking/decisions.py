"""What a person decides about dead records, kept with who, when and why.

Enters: chosen records. Leaves: dead ones that are due again, or gone, so that those of their key
that wait behind them go on; and one `Decision` for each, in the same transaction. A consumer
that runs sees it when it next asks what is due, and applies each key's records in their order.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from getpass import getuser

from django.db import router, transaction
from django.db.models import Count, QuerySet

from consumers.runtime.errors import UnclearChoice
from consumers.runtime.models import Decision, ParkedRecord
from consumers.runtime.parking.choice import Place

_LONGEST_NAME = 150
# SQLite takes no more places than this in one question.
_AT_ONCE = 200
# Between two looks at what became of them.
_PAUSE = 0.2


@dataclass(frozen=True, slots=True)
class Person:
    """Who decides, and why."""

    name: str
    reason: str = ""

    def __post_init__(self) -> None:
        if not 0 < len(self.name) <= _LONGEST_NAME:
            raise UnclearChoice(f"the name of who decides has 1 to {_LONGEST_NAME} letters")
        for text in (self.name, self.reason):
            if not text.isprintable():
                raise UnclearChoice(f"{text!r} has letters that cannot be printed")


def logged_in() -> str:
    """Name whoever gives the command. Raises ``UnclearChoice``."""
    try:
        return getuser()
    except (KeyError, OSError) as error:
        raise UnclearChoice("nobody is logged in: say who decides by --actor") from error


def redrive(chosen: QuerySet[ParkedRecord], person: Person) -> list[Place]:
    """Let the dead among ``chosen`` be tried again, as if for the first time."""

    def make_due(dead: QuerySet[ParkedRecord]) -> None:
        dead.update(state="waiting", attempts=0, due=0)

    return _decide("redrive", chosen, person, make_due)


def discard(chosen: QuerySet[ParkedRecord], person: Person) -> list[Place]:
    """Give up the dead among ``chosen``; those that wait behind them go on without."""

    def remove(dead: QuerySet[ParkedRecord]) -> None:
        dead.delete()

    return _decide("discard", chosen, person, remove)


def followers(consumer: str) -> dict[tuple[str, int, bytes | None], int]:
    """Count the records that wait behind another, by topic, partition and key."""
    rows = ParkedRecord.objects.filter(consumer=consumer, state="queued").order_by()
    counted = rows.values_list("topic", "partition", "key").annotate(Count("id"))
    return {(t, p, None if key is None else bytes(key)): n for t, p, key, n in counted}


def await_outcomes(
    consumer: str,
    places: Sequence[Place],
    seconds: float,
    sleep: Callable[[float], None] = time.sleep,
) -> dict[Place, str]:
    """Say what became of redriven records, as soon as none waits or ``seconds`` have passed."""
    deadline = time.monotonic() + seconds
    while "waiting" in (found := _outcomes(consumer, places)).values():
        if time.monotonic() >= deadline:
            break
        sleep(_PAUSE)
    return found


def _outcomes(consumer: str, places: Iterable[Place]) -> dict[Place, str]:
    wanted = dict.fromkeys(places, "applied")
    rows = ParkedRecord.objects.filter(consumer=consumer).exclude(state="queued")
    found = rows.values_list("topic", "partition", "offset", "state", "error")
    for topic, partition, offset, state, error in found.iterator():
        if (place := Place(topic, partition, offset)) in wanted:
            wanted[place] = f"{state}: {error}" if state == "dead" else state
    return wanted


def _decide(
    verb: str,
    chosen: QuerySet[ParkedRecord],
    person: Person,
    act: Callable[[QuerySet[ParkedRecord]], None],
) -> list[Place]:
    alias = router.db_for_write(ParkedRecord)
    with transaction.atomic(using=alias):
        # Locked, so that two persons do not decide about the same record.
        dead = chosen.filter(state="dead").select_for_update().defer("value", "headers")
        rows = list(dead)
        Decision.objects.bulk_create(_decision(verb, row, person) for row in rows)
        ids = [row.pk for row in rows]
        for start in range(0, len(ids), _AT_ONCE):
            act(ParkedRecord.objects.filter(pk__in=ids[start : start + _AT_ONCE]))
    return [Place(row.topic, row.partition, row.offset) for row in rows]


def _decision(verb: str, row: ParkedRecord, person: Person) -> Decision:
    return Decision(
        consumer=row.consumer,
        topic=row.topic,
        partition=row.partition,
        offset=row.offset,
        verb=verb,
        actor=person.name,
        reason=person.reason,
        error=row.error,
    )
