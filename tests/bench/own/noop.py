"""The work of every candidate on our own runtime; the read model keeps nothing."""

from collections.abc import Mapping
from dataclasses import replace

import psutil

from cdc.contracts.events import ListingRepriced
from consumers.runtime.consumer import Consumer
from consumers.runtime.context import Context
from consumers.runtime.records import Partition
from consumers.runtime.stores.read_model import ReadModelStore
from tests.bench.own.loops import configured, run_loop
from tests.bench.peers.work import Task, Work, run

GUARANTEE = "at least once: offsets are committed after the handler, every 5,000 records"


class Nothing:
    """A read model of nothing; it watches the process's memory."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._process = psutil.Process()

    def resume_from(self) -> Mapping[Partition, int]:
        return {}

    def flush(self, offsets: Mapping[Partition, int]) -> None:
        now_mb = round(self._process.memory_info().rss / 1024**2, 1)
        known = self._work.told.setdefault("rss_mb", {})
        known["end"] = now_mb
        # Before that, buffers are still filling for the first time.
        if self._work.count > self._work.events // 10:
            known.setdefault("start", now_mb)

    def caught_up(self) -> None: ...


def consume(task: Task, work: Work) -> None:
    """Run the loop until the work is done."""
    consumer: Consumer[Nothing] = Consumer(task.group)

    @consumer.on(ListingRepriced)
    def nothing(event: ListingRepriced, context: Context[Nothing]) -> None:
        if context.envelope is not None:
            work.note(context.envelope.message_id)

    read_model = Nothing(work)
    # As often as the others: whenever it is flushed, which is every 5,000 records at the latest.
    config = replace(configured(task), commit_seconds=0)
    run_loop(config, work, consumer, read_model, ReadModelStore(read_model, config))


if __name__ == "__main__":
    run(consume, GUARANTEE)
