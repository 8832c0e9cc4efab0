"""The parts of one running consumer, put together: what a command and every test begin with."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from functools import partial
from typing import Any

from consumers.runtime.brokers.port import Broker
from consumers.runtime.config import ConsumerConfig
from consumers.runtime.consumer import Consumer
from consumers.runtime.erasure import answer
from consumers.runtime.errors import MistakenConsumer
from consumers.runtime.events import Read
from consumers.runtime.failures.dead_letters import DeadLetters
from consumers.runtime.failures.halts import Halts
from consumers.runtime.health.progress import Progress
from consumers.runtime.loop.handling import Handling
from consumers.runtime.loop.loop import Loop
from consumers.runtime.loop.orders import Orders
from consumers.runtime.loop.routing import Router
from consumers.runtime.parking.port import ParkingLot
from consumers.runtime.stores.port import Store


def subscribed(config: ConsumerConfig, consumer: Consumer[Any]) -> ConsumerConfig:
    """Give ``config`` with the topics of the consumer's handlers. Raises ``MistakenConsumer``."""
    if not consumer.topics:
        raise MistakenConsumer(f"{consumer.name} handles nothing")
    return replace(config, topics=config.topics or consumer.topics)


def assemble(
    config: ConsumerConfig,
    consumer: Consumer[Any],
    *,
    read_model: Any,
    broker: Broker,
    store: Store,
    lot: ParkingLot,
    read_event: Read,
    progress: Progress | None = None,
    worker: Executor | None = None,
    lanes: Sequence[Executor] = (),
    clock: Callable[[], float] = time.time,
    monotonic: Callable[[], float] = time.monotonic,
    orders: Orders | None = None,
    halts: Halts | None = None,
    is_captured: Callable[[], bool] = lambda: True,
) -> Loop:
    """Put one consumer together; nothing runs yet. ``clock`` tells when the parked are due.

    Handlers run in ``lanes``, or one after the other without. ``Halted`` leaves the loop without
    ``halts``. Whoever has applied all is current while the topics are: ``is_captured``.
    """
    progress = progress or Progress()
    erase = consumer.erase
    answering = partial(answer, consumer.name, erase, broker) if erase else None
    router = Router(consumer, read_model, read_event, answering)
    letters = DeadLetters(config, broker)
    handling = Handling(config, router, store, lot, letters, progress, clock, lanes)
    given = worker, monotonic, orders, halts, is_captured
    return Loop(config, broker, handling, store, progress, *given)
