"""The store in PostgreSQL: inbox, read model and offset in one transaction, under an epoch.

Enters: units of work whose handlers write by Django's models on the same connection. Leaves:
commits that hold the effects of a batch, the ids that it applied and the offsets behind it, or
none of them. A process that lost its partition, say because it was paused, cannot commit: the
next owner has raised the partition's epoch.
"""

import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from django.db import (
    DEFAULT_DB_ALIAS,
    Error,
    InterfaceError,
    OperationalError,
    connections,
    transaction,
)

from consumers.runtime.errors import Refused, StopConsumer, StoreAway
from consumers.runtime.records import Partition, Record
from consumers.runtime.stores.connection import blaming, own_cursor
from consumers.runtime.stores.inbox import Inbox
from consumers.runtime.stores.ownership import Ownership

# Rules that wait for the commit are asked now, while the unit can still be taken apart; a
# transaction that a handler has broken in silence, and would not be kept, answers no question.
_CHECK_RULES = "SET CONSTRAINTS ALL IMMEDIATE"
_PRUNED_AT_ONCE = 5000
_PRUNE_SECONDS = 600.0


class DatabaseStore:
    """The effects of ``consumer`` in the database ``alias``."""

    is_atomic = True
    unsettled = 0

    def __init__(
        self,
        consumer: str,
        alias: str = DEFAULT_DB_ALIAS,
        *,
        version: int = 1,
        schemas: Sequence[str] = (),
        asleep_seconds: float = 30.0,
        inbox_days: float = 40.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._consumer = consumer
        self._alias = alias
        # Where tables are looked for, and made, instead of where the connection would.
        self._schemas = schemas
        self._ownership = Ownership(consumer, asleep_seconds, version)
        self._settled: dict[Partition, int] = {}
        # Names in the inbox that are of no use once the offsets of their partitions have passed.
        self._passing: list[_Passing] = []
        self._inbox_days = inbox_days
        self._clock = clock
        # What is remembered for good is never looked for.
        self._prune_due = math.inf if math.isinf(inbox_days) else clock()

    def take(self, partitions: Iterable[Partition]) -> Mapping[Partition, int]:
        with self._transaction(), own_cursor(self._alias) as cursor:
            taken = self._ownership.take(cursor, partitions)
        self._ownership.keep(taken)
        return {part: own.next_offset for part, own in taken.items() if own.next_offset is not None}

    def release(self, partitions: Iterable[Partition], *, lost: bool) -> Mapping[Partition, int]:
        parts = list(partitions)
        self._ownership.drop(parts)
        # What the next owner is told by them is pruned one day.
        self._passing = [each for each in self._passing if each.source not in parts]
        settled = {part: self._settled.pop(part) for part in parts if part in self._settled}
        return {} if lost else settled

    def is_replay(self, record: Record) -> bool:
        return record.offset < self._ownership.replay_until(record.source)

    @contextmanager
    def unit(self, moved: Mapping[Partition, int | None]) -> Iterator["_Transaction"]:
        work = _Transaction(self._consumer, self._alias, self.is_replay, None in moved.values())
        with self._transaction(work):
            with own_cursor(self._alias) as cursor:
                # First, as it locks the partitions: from here on nobody else takes them.
                self._ownership.hold(cursor, moved)
                passed = self._forget_passing(cursor, moved)
            yield work
            work.finish()
        if passed:
            # No lane adds to it meanwhile: none of them moves offsets.
            self._passing = [each for each in self._passing if each not in passed]
        self._passing += work.passing
        self._settled |= {part: at for part, at in moved.items() if at is not None}

    def rewind(self, partition: Partition, offset: int, then: Callable[[], None]) -> None:
        with self._transaction():
            with own_cursor(self._alias) as cursor:
                owned = self._ownership.rewind(cursor, partition, offset)
            then()
        self._ownership.keep({partition: owned})
        self._settled.pop(partition, None)

    def settle(self, *, idle: bool) -> Mapping[Partition, int]:
        if self._clock() >= self._prune_due:
            self._prune()
        settled, self._settled = self._settled, {}
        return settled

    def caught_up(self) -> None:
        return

    def _prune(self) -> None:
        with self._transaction(), own_cursor(self._alias) as cursor:
            box = Inbox(cursor, self._consumer)
            pruned = box.prune(self._inbox_days, _PRUNED_AT_ONCE)
        # A full hand means that more is there: the next turn takes it, between records.
        is_done = pruned < _PRUNED_AT_ONCE
        self._prune_due = self._clock() + (_PRUNE_SECONDS if is_done else 0.0)

    def _forget_passing(
        self, cursor: Any, moved: Mapping[Partition, int | None]
    ) -> set["_Passing"]:
        passed = {each for each in self._passing if each.offset < (moved.get(each.source) or 0)}
        if passed:
            Inbox(cursor, self._consumer).forget([each.name for each in passed])
        return passed

    def _look_there(self) -> None:
        if self._schemas:
            connection = connections[self._alias]
            path = ", ".join(map(connection.ops.quote_name, self._schemas))
            with connection.cursor() as cursor:
                # Until the transaction ends: no connection that is made anew writes elsewhere.
                cursor.execute(f"SET LOCAL search_path TO {path}")

    @contextmanager
    def _transaction(self, work: "_Transaction | None" = None) -> Iterator[None]:
        """Open a transaction. Raises ``StoreAway`` and ``Refused``; handlers' errors pass."""
        try:
            with transaction.atomic(using=self._alias), blaming(self._alias):
                self._look_there()
                yield
        except (OperationalError, InterfaceError) as error:
            told = str(error).partition("\n")[0]
            if work is not None and work.is_finished:
                # Done again, what has no id would be done twice; the next process is told by the
                # database itself where to go on.
                raise StopConsumer(f"only the database knows what it committed: {told}") from error
            raise StoreAway(told) from error
        except Error as error:
            raise Refused(str(error).partition("\n")[0]) from error


class _Passing(NamedTuple):
    """A place that the inbox knows until the offset of its partition has moved behind it."""

    source: Partition
    offset: int
    name: str


class _Transaction:
    """One open transaction."""

    def __init__(
        self, consumer: str, alias: str, is_replay: Callable[[Record], bool], by_place: bool
    ) -> None:
        self._consumer = consumer
        self._alias = alias
        self._is_replay = is_replay
        # Its offsets move later: until then a place in the inbox tells what they would tell.
        self._by_place = by_place
        self._steps: list[Callable[[], None]] = []
        self.passing: list[_Passing] = []
        self.is_finished = False

    def fresh(self, records: Sequence[Record]) -> Sequence[Record]:
        with own_cursor(self._alias) as cursor:
            box = Inbox(cursor, self._consumer)
            if self._by_place:
                records, places = box.not_passed(records, self._is_replay)
                self.passing += [_Passing(r.source, r.offset, n) for r, n in places.items()]
            return box.fresh(records, self._is_replay)

    def then(self, step: Callable[[], None]) -> None:
        self._steps.append(step)

    def finish(self) -> None:
        """Do what belongs to the effect, and see that all of it can be kept."""
        for step in self._steps:
            step()
        with connections[self._alias].cursor() as cursor:
            cursor.execute(_CHECK_RULES)
        self.is_finished = True
