"""Whose a partition is, and how far it is applied: one row each, locked while it is written under.

Who takes a partition raises its epoch, and waits a moment for a unit that is open under the older.
Who writes under an older one is a zombie, and changes no row. Handlers of another version than
those that have applied what is below the offset take no partition.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from consumers.runtime.errors import Fenced, OtherVersion
from consumers.runtime.records import Partition

# A transaction that sleeps, as in a paused process, is ended by the server, and its locks with it.
_IMPATIENTLY = "set_config('idle_in_transaction_session_timeout', %s, true)"
# A unit that is open under the older epoch is waited for no longer: the group waits, too.
_TAKEN_WITHIN = "5s"
_TAKE = f"""
INSERT INTO runtime_partition AS known (consumer, topic, partition, version, epoch, replay_until)
VALUES (%s, %s, %s, %s, 1, 0)
ON CONFLICT (consumer, topic, partition) DO UPDATE SET epoch = known.epoch + 1,
    version = CASE WHEN known.next_offset IS NULL THEN excluded.version ELSE known.version END
RETURNING next_offset, epoch, replay_until, version, {_IMPATIENTLY}
"""
_OURS = """
FROM unnest(%s::text[], %s::int[], %s::bigint[], %s::bigint[]) AS ours (topic, number, epoch, at)
"""
_WHERE_OURS = """
WHERE known.consumer = %s AND known.topic = ours.topic
AND known.partition = ours.number AND known.epoch = ours.epoch
"""
_MOVE = f"""
UPDATE runtime_partition AS known SET next_offset = ours.at {_OURS} {_WHERE_OURS}
RETURNING {_IMPATIENTLY}
"""
# Shared, as units of several lanes are open at once.
_CHECK = f"""
SELECT {_IMPATIENTLY} {_OURS}, runtime_partition AS known {_WHERE_OURS} FOR SHARE OF known
"""
_REWIND = """
UPDATE runtime_partition SET replay_until = greatest(replay_until, next_offset), next_offset = %s
WHERE consumer = %s AND topic = %s AND partition = %s RETURNING replay_until
"""


class Owned(NamedTuple):
    """What a partition was taken with."""

    epoch: int
    next_offset: int | None
    # Records below it were handled before and are read again on purpose.
    replay_until: int


class Ownership:
    """The partitions of one process of ``consumer``."""

    def __init__(self, consumer: str, asleep_seconds: float, version: int = 1) -> None:
        self._consumer = consumer
        self._version = version
        self._patience = f"{int(asleep_seconds * 1000)}ms"
        self._owned: dict[Partition, Owned] = {}

    def take(self, cursor: Any, partitions: Iterable[Partition]) -> Mapping[Partition, Owned]:
        """Become the owner of all of these. Raises ``OtherVersion``."""
        taken: dict[Partition, Owned] = {}
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [_TAKEN_WITHIN])
        # Always in one order, so that two that take the same ones never wait for each other.
        for partition in sorted(partitions):
            cursor.execute(_TAKE, [self._consumer, *partition, self._version, self._patience])
            ((next_offset, epoch, replay_until, version, _),) = cursor.fetchall()
            if version != self._version:
                raise OtherVersion(built_by_other(version, self._version))
            taken[partition] = Owned(epoch, next_offset, replay_until)
        return taken

    def keep(self, taken: Mapping[Partition, Owned]) -> None:
        """Remember what was taken, once it is durable."""
        self._owned |= taken

    def drop(self, partitions: Iterable[Partition]) -> None:
        """Own these no longer."""
        for partition in partitions:
            self._owned.pop(partition, None)

    def replay_until(self, partition: Partition) -> int:
        """Give the offset below which records are read again on purpose."""
        return self._owned[partition].replay_until if partition in self._owned else 0

    def hold(self, cursor: Any, moved: Mapping[Partition, int | None]) -> None:
        """Move to these offsets, or check only; nobody takes the partitions before the end.

        Raises ``Fenced``.
        """
        moving = {part: at for part, at in moved.items() if at is not None}
        checked = {part: at for part, at in moved.items() if at is None}
        held = 0
        if moving:
            cursor.execute(_MOVE, [*self._told(moving), self._consumer, self._patience])
            held += cursor.rowcount
        if checked:
            cursor.execute(_CHECK, [self._patience, *self._told(checked), self._consumer])
            held += cursor.rowcount
        if held != len(moved):
            raise Fenced(f"another process owns some of {', '.join(map(str, moved))} by now")

    def rewind(self, cursor: Any, partition: Partition, offset: int) -> Owned:
        """Move back, and give what the partition is owned with then. Raises ``Fenced``."""
        self.hold(cursor, {partition: None})
        cursor.execute(_REWIND, [offset, self._consumer, *partition])
        ((replay_until,),) = cursor.fetchall()
        return Owned(self._owned[partition].epoch, offset, replay_until)

    def _told(self, moved: Mapping[Partition, int | None]) -> tuple[list[Any], ...]:
        owned = [self._owned.get(partition) for partition in moved]
        epochs = [each.epoch if each else 0 for each in owned]
        topics, numbers = [p.topic for p in moved], [p.number for p in moved]
        return topics, numbers, epochs, list(moved.values())


def built_by_other(built: int, own: int) -> str:
    """Say that the read model is not of our version, and what to do about it."""
    told = f"version {built} of the handlers has built the read model, and this is version {own}"
    if built > own:
        return f"{told}: run the newer release, or go back by `consumers rebuild --back`"
    return f"{told}: build it anew by `consumers rebuild`"
