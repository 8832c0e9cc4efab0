"""The port between the loop and a broker; adapters are `memory` and `kafka`.

One thread per client: every method is called from the thread that runs the loop.
"""

from collections.abc import Iterable, Mapping
from typing import Protocol

from consumers.runtime.records import Partition, Record

Headers = tuple[tuple[str, bytes | None], ...]


class Listener(Protocol):
    """Hears about partitions that come and go, inside a call to ``read`` or ``close``."""

    def assigned(self, partitions: Iterable[Partition]) -> Mapping[Partition, int] | None:
        """Give the offset to start from; a partition left out starts at the beginning.

        None when that cannot be told now: nothing of them is read before ``begin``.
        """

    def revoked(self, partitions: Iterable[Partition], *, lost: bool) -> None:
        """Finish with ``partitions``; when ``lost``, another owner may already be reading them."""


class Broker(Protocol):
    """A client in a consumer group that can also send."""

    def subscribe(self, listener: Listener) -> None:
        """Join the group; partitions arrive during later reads."""

    def read(self, limit: int, timeout: float) -> list[Record]:
        """Give up to ``limit`` records; wait at most ``timeout`` seconds for the first."""

    def commit(self, offsets: Mapping[Partition, int], *, wait: bool) -> None:
        """Tell the group how far it is, and ``wait`` until it knows, or go on meanwhile.

        A failure is logged: the read model knows better.
        """

    def keep_alive(self) -> None:
        """Stay in the group while records that were read are handled; everything is paused."""

    def pause(self, partition: Partition) -> None:
        """Leave ``partition`` out of the coming reads."""

    def resume(self, partition: Partition) -> None:
        """Take ``partition`` into the reads again."""

    def begin(self, starts: Mapping[Partition, int | None]) -> None:
        """Read partitions whose listener could not tell where they start; None: all of them."""

    def seek(self, partition: Partition, offset: int) -> None:
        """Read ``partition``, which is assigned, on from ``offset``.

        Raises ``StopConsumer`` when the client cannot; the next process can.
        """

    def lag(self, *, asks: bool = False) -> dict[Partition, int]:
        """Count the records still to be read of each assigned partition, without blocking.

        The ends are those of the last fetch: a lag of 0 proves that the partition was read
        out at that moment. While all is paused nothing is fetched: with ``asks`` the broker is
        asked, which may take a second. A partition of which nothing is known is left out.
        """

    def send(self, topic: str, key: bytes | None, value: bytes | None, headers: Headers) -> None:
        """Send one record; on return every replica in sync has it.

        Raises ``RetryLater``, and of that ``RecordTooLarge`` when waiting is in vain.
        """

    def close(self) -> None:
        """Leave the group; what was assigned is revoked first."""
