"""The way back to a read model without transactions: it has no parking lot beside it."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any

import pytest

from consumers.runtime.brokers.memory import MemoryBroker
from consumers.runtime.consumer import Consumer
from consumers.runtime.context import Context
from consumers.runtime.declared import Declared
from consumers.runtime.failures.dead_letters import DeadLetters
from consumers.runtime.models import ParkedRecord
from consumers.runtime.parking.database import DatabaseLot
from consumers.runtime.parking.port import Parked
from consumers.runtime.rebuilding.progress import RebuildProgress
from consumers.runtime.rebuilding.run import rebuild_from
from consumers.runtime.rebuilding.topics import MemoryTopics
from consumers.runtime.records import Partition, Record
from tests.consumers.runtime.worlds import MemoryWorld, no_event

pytestmark = pytest.mark.django_db


@dataclass
class Kept:
    """A list that was live before, and how far it came; read model and successor in one."""

    offsets: dict[Partition, int]
    live: dict[Partition, int]
    values: list[bytes] = field(default_factory=list)
    is_live: bool = False

    @property
    def read_model(self) -> "Kept":
        return self

    def resume_from(self) -> Mapping[Partition, int]:
        return self.offsets

    def flush(self, offsets: Mapping[Partition, int]) -> None:
        self.offsets |= offsets

    def caught_up(self) -> None:
        return

    def standstill(self) -> AbstractContextManager[Mapping[Partition, int]]:
        return nullcontext(self.live)

    def look_at_live(self) -> Callable[[], Sequence[str]]:
        return lambda: []

    def swap(self) -> None:
        self.is_live = True


def test_what_waits_behind_a_dead_record_waits_on_the_way_back_too() -> None:
    world = MemoryWorld()
    config, consumer = world.config, Consumer[Kept](world.config.name)
    at = Partition(world.name, 0)
    for value in b"a1 a2 a3 b1 a4".split():
        world.append(0, value, value[:1])

    @consumer.on(world.name)
    def keep(record: Record, context: Context[Any]) -> None:
        context.read_model.values.append(record.value)

    _, dead, queued, _, last = world.cluster.logs[at]
    lot = DatabaseLot(config.name)
    lot.put(Parked(dead, "dead"), Parked(queued, "queued"), Parked(last, "queued"))
    kept = Kept({at: 2}, {at: 5})
    broker = MemoryBroker(world.cluster, config.group, config.topics)
    rebuild_from(
        Declared(consumer, config),
        MemoryTopics(world.cluster, config.topics),
        kept,
        DeadLetters(config, broker),
        RebuildProgress(),
        read_event=no_event,
    )
    assert (kept.is_live, kept.values) == (True, [b"b1"])
    assert [(row.offset, row.state) for row in ParkedRecord.objects.all()] == [
        (1, "dead"),
        (2, "queued"),
        (4, "queued"),
    ]
