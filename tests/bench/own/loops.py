"""Our runtime as a candidate: put together as the command `run` does, until the work is done."""

import json
from collections.abc import Callable
from typing import Any

import fastavro

from cdc.contracts.schemas import all_schemas
from consumers.runtime.assembly import assemble
from consumers.runtime.brokers.kafka import KafkaBroker
from consumers.runtime.config import ConsumerConfig
from consumers.runtime.consumer import Consumer
from consumers.runtime.events import event_reader
from consumers.runtime.faults import breaking
from consumers.runtime.loop.worker import handler_thread
from consumers.runtime.parking.memory import MemoryLot
from consumers.runtime.parking.port import ParkingLot
from consumers.runtime.stores.port import Store
from tests.bench.peers.work import Task, Work


def configured(task: Task) -> ConsumerConfig:
    """Return the configuration as a developer gets it, but for the name and the topic."""
    return ConsumerConfig(task.group, task.group, task.bootstrap, (task.topic,))


def run_loop(
    config: ConsumerConfig,
    work: Work,
    consumer: Consumer[Any],
    read_model: Any,
    store: Store,
    lot: ParkingLot | None = None,
    watch: Callable[[str], None] = lambda _: None,
) -> None:
    """Consume until the work is done; ``watch`` hears of every step of a batch."""

    def step(name: str) -> None:
        watch(name)
        if work.is_done:
            loop.stop()

    with handler_thread() as worker, breaking(step):
        loop = assemble(
            config,
            consumer,
            read_model=read_model,
            broker=KafkaBroker(config),
            store=store,
            lot=lot or MemoryLot(),
            # As the registry would give it: equal to our own, and not the same object.
            read_event=event_reader(lambda _: fastavro.parse_schema(json.loads(_TEXT))),
            worker=worker,
        )
        loop.run()


_TEXT = all_schemas()["ListingRepriced"].text
