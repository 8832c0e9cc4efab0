"""Several lanes at once: different keys at the same time, each key in its order.

Enters: records. Leaves: the same ones, each key's always in one lane and so in one thread. The
offsets move once all are done; until then the inbox tells what a crash has left done.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, wait
from contextlib import ExitStack, contextmanager
from zlib import crc32

from consumers.runtime.errors import StoreAway
from consumers.runtime.loop.worker import closing_connections, handler_thread
from consumers.runtime.records import Record

Run = Callable[[deque[Record]], None]


@contextmanager
def lane_threads(count: int) -> Iterator[Sequence[Executor]]:
    """Give a thread for each lane; none where there is one lane, which needs no other thread."""
    with ExitStack() as stack:
        threads = [stack.enter_context(handler_thread()) for _ in range(count if count > 1 else 0)]
        with closing_connections(threads):
            yield threads


def run_lanes(lanes: Sequence[Executor], records: Sequence[Record], run: Run) -> None:
    """Let ``run`` take each lane's share in that lane, and wait for all of them.

    Raises what one of them raised; ``StoreAway`` only when none raised anything worse.
    """
    shares = [deque[Record]() for _ in lanes]
    for record in records:
        shares[_lane_of(record) % len(lanes)].append(record)
    works = [lane.submit(run, share) for lane, share in zip(lanes, shares, strict=True) if share]
    wait(works)
    errors = [error for work in works if (error := work.exception()) is not None]
    for error in sorted(errors, key=lambda each: isinstance(each, StoreAway)):
        raise error


def _lane_of(record: Record) -> int:
    # A record without key has no order to keep.
    return record.offset if record.key is None else crc32(record.key)
