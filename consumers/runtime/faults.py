"""The places where a process may die, by name: a test breaks in there, production passes by.

Enters: the name of a step that a record has just gone through. Leaves: nothing; or whatever the
one who broke in raises or does. Every place is reached once a batch, none once a record.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal, get_args

Step = Literal[
    # The partitions are ours, and where to start in them is known.
    "taken",
    # A batch was read; nobody has seen it.
    "read",
    # The unit is open, and its events are in the inbox.
    "remembered",
    # The handlers have run; the unit is still open.
    "handled",
    # The unit is closed: durable in PostgreSQL, staged in a read model that has to be flushed.
    "applied",
    # A read model without transactions was flushed; what waited for that is not done yet.
    "flushed",
    # A letter is in the dead letter topic; the record is not dead yet.
    "told",
    # A record is in the parking lot; the unit is still open.
    "parked",
    # What was due is durable; the group does not know.
    "settled",
    # The group was told; whether it has heard is waited for only before another owner starts.
    "committed",
    # A partition is wanted from an earlier offset, durably; it is not read from there yet.
    "rewound",
    # The partitions are no longer ours.
    "released",
]
STEPS: tuple[Step, ...] = get_args(Step)
RebuildStep = Literal[
    # A batch is in the successor, staged.
    "built",
    # The successor is flushed and near the ends.
    "caught up",
    # The successor lacks nothing that the live one holds.
    "compared",
    # The live read model takes no commits.
    "stood still",
    # The successor is the live one.
    "swapped",
]
REBUILD_STEPS: tuple[RebuildStep, ...] = get_args(RebuildStep)

Break = Callable[[Step | RebuildStep], None]

_break: Break | None = None


class Crash(BaseException):
    """The process is gone at this step; nothing that answers errors may answer this one."""


def reached(step: Step | RebuildStep) -> None:
    """Say that the line has come to ``step``."""
    if _break is not None:
        _break(step)


@contextmanager
def breaking(with_this: Break) -> Iterator[None]:
    """Let ``with_this`` be called at every step, for as long as the block lasts."""
    global _break
    before, _break = _break, with_this
    try:
        yield
    finally:
        _break = before


def crash_at(step: Step | RebuildStep, time: int = 1) -> Break:
    """Give what raises ``Crash`` when ``step`` is reached for the ``time``-th time."""
    left = time

    def crash(at: Step | RebuildStep) -> None:
        nonlocal left
        left -= at == step
        if at == step and left == 0:
            raise Crash(step)

    return crash
