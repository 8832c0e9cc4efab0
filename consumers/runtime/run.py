"""Run one consumer in the foreground: signals, health, loop. What the command `run` calls."""

import logging
import os
import signal
from collections.abc import Callable
from threading import Timer
from types import FrameType
from typing import NoReturn

from consumers.runtime.assembly import assemble, subscribed
from consumers.runtime.brokers.heartbeats import Heartbeats
from consumers.runtime.declared import Declared
from consumers.runtime.errors import ConsumerError
from consumers.runtime.failures.database_halts import DatabaseHalts
from consumers.runtime.health.address import serve_health
from consumers.runtime.health.watchdog import Watchdog, dump
from consumers.runtime.loop.database_orders import DatabaseOrders
from consumers.runtime.loop.lanes import lane_threads
from consumers.runtime.loop.worker import closing_connections, handler_thread
from consumers.runtime.rebuilding.first import build_first
from consumers.runtime.retention import refuse_short_inbox

log = logging.getLogger(__name__)

# What the process says when it ended without what was being handled (sysexits.h, EX_TEMPFAIL).
UNDRAINED = 75


def on_signals(drain: Callable[[], None]) -> None:
    """Let SIGTERM and SIGINT drain."""

    def heard(number: int, _: FrameType | None) -> None:
        drain()

    signal.signal(signal.SIGTERM, heard)
    signal.signal(signal.SIGINT, heard)


def run_consumer(
    declared: Declared,
    health_port: int,
    hear: Callable[[Callable[[], None]], None] = on_signals,
) -> None:
    """Consume until SIGTERM or SIGINT; drain, then return. Raises ``StopConsumer``.

    ``hear`` is given what drains, and sees to it that it is called.
    """
    deadlines: list[Timer] = []
    try:
        _consume(declared, health_port, hear, deadlines)
    finally:
        for each in deadlines:
            each.cancel()


def _consume(
    declared: Declared,
    health_port: int,
    hear: Callable[[Callable[[], None]], None],
    deadlines: list[Timer],
) -> None:
    config = subscribed(declared.config, declared.consumer)
    if not declared.has_one_writer:
        refuse_short_inbox(config)
    heartbeats = Heartbeats(config)
    with (
        declared.opened() as (read_model, store),
        heartbeats.listening(),
        handler_thread() as worker,
        closing_connections([worker]),
        lane_threads(config.lanes) as lanes,
    ):
        loop = assemble(
            config,
            declared.consumer,
            read_model=read_model,
            broker=declared.broker(config),
            store=store,
            lot=declared.lot(),
            read_event=declared.read_event(),
            worker=worker,
            lanes=lanes,
            orders=DatabaseOrders(config.name),
            halts=DatabaseHalts(config.name),
            is_captured=heartbeats.are_heard,
        )

        def drain() -> None:
            log.info("draining consumer=%s", config.name)
            loop.stop()
            deadlines.append(_end_within(config.drain_seconds))

        hear(drain)
        server = serve_health(config, loop.progress, health_port)
        over = Watchdog(loop.progress, config.stuck_seconds).start()
        log.info("consuming consumer=%s topics=%s", config.name, ",".join(config.topics))
        try:
            build_first(declared, read_model, loop)
            loop.run()
        except ConsumerError as error:
            # Said at once, as a stuck handler keeps it from whoever waits for the end.
            log.error("ending consumer=%s error=%s", config.name, error)
            raise
        finally:
            over.set()
            server.shutdown()
            server.server_close()
            # A handler that is stuck would keep a process for ever that does nothing any more.
            deadlines.append(_end_within(config.drain_seconds))
    log.info("drained consumer=%s applied=%s", config.name, loop.progress.applied)


def _end_within(seconds: float) -> Timer:
    deadline = Timer(seconds, _give_up, [seconds])
    deadline.daemon = True
    deadline.start()
    return deadline


def _give_up(waited: float) -> NoReturn:
    # The offsets have not moved past what is unfinished: the next process handles it again.
    log.error("undrained seconds=%.0f; every thread's stack follows", waited)
    dump()
    os._exit(UNDRAINED)
