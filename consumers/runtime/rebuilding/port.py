"""What a read model offers so that it can be built anew beside the one that answers.

Enters: nothing. Leaves: an empty successor, or the one that was live before, which the steps in
`steps` fill and put in the live one's place. The setting ``CONSUMER_REBUILD`` names the function
that begins one; it is a context manager that is given ``back`` and holds whatever lock keeps a
second rebuild out.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from consumers.runtime.errors import StopConsumer
from consumers.runtime.records import Partition
from consumers.runtime.stores.read_model import ReadModel


class RebuildRefused(StopConsumer):
    """The live read model stays as it is; the text says why."""


class Successor(Protocol):
    """A read model beside the live one; a process that dies with it leaves the live one whole."""

    @property
    def read_model(self) -> ReadModel:
        """Give what handlers apply records to, and what is flushed."""

    def standstill(self) -> AbstractContextManager[Mapping[Partition, int]]:
        """Let the live one become no newer inside; gives the next offset it wants of each."""

    def look_at_live(self) -> Callable[[], Sequence[str]]:
        """Note what the live one holds now.

        The function given back names what of that this one, as flushed by then, does not hold,
        or holds older.
        """

    def swap(self) -> None:
        """Put it in the live one's place in one step, inside a standstill; keep that one."""


class Begin(Protocol):
    """Begins a successor."""

    def __call__(self, *, back: bool) -> AbstractContextManager[Successor]:
        """Give an empty one, or with ``back`` the one kept by the last swap.

        Raises ``RebuildRefused`` when another process rebuilds, or nothing was kept.
        """


class Wanting(Protocol):
    """A read model that can tell that it holds nothing, and is best rebuilt at full speed."""

    @property
    def wants_rebuild(self) -> bool: ...


def wants_rebuild(read_model: Any) -> bool:
    """Tell whether the consumer should rebuild before it begins."""
    return bool(getattr(read_model, "wants_rebuild", False))
