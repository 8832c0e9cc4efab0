"""One rebuild with everything it needs: what the command `rebuild` and a new consumer begin.

- ``CONSUMER_REBUILD``: dotted path of what begins a successor, see `port`; of a read model in
  PostgreSQL, for which nothing is declared, `database` does.
"""

import gc
import logging
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from typing import Any, cast

from django.db import InterfaceError, OperationalError
from django.utils.module_loading import import_string

from consumers.runtime.assembly import subscribed
from consumers.runtime.brokers.kafka import KafkaBroker
from consumers.runtime.dead_letters import DeadLetters
from consumers.runtime.declared import Declared
from consumers.runtime.errors import StopConsumer, StoreAway
from consumers.runtime.events import Read
from consumers.runtime.loop import Loop
from consumers.runtime.rebuilding.applying import Applying
from consumers.runtime.rebuilding.database import (
    DatabaseSuccessor,
    beside_live,
    built_by,
    tables_of,
)
from consumers.runtime.rebuilding.graves import Graves, discards_of
from consumers.runtime.rebuilding.port import Begin, RebuildRefused, Successor, wants_rebuild
from consumers.runtime.rebuilding.progress import RebuildProgress
from consumers.runtime.rebuilding.steps import Rebuild
from consumers.runtime.rebuilding.topics import KafkaTopics, Topics
from consumers.runtime.settings import setting

log = logging.getLogger(__name__)

_TOLD_SECONDS = 2.0


class Interrupted(StopConsumer):
    """The consumer was asked to stop; what was built so far is dropped."""


def rebuild(
    declared: Declared,
    progress: RebuildProgress,
    *,
    back: bool = False,
    accepts_losses: bool = False,
    heard: Callable[[], None] = lambda: None,
) -> None:
    """Rebuild and swap. Raises ``StopConsumer``, of that ``RebuildRefused``, with all as before."""
    config = subscribed(declared.config, declared.consumer)
    declared.prepare()
    with (
        closing(KafkaTopics(config)) as topics,
        closing(KafkaBroker(config)) as broker,
        _begun(declared, back=back) as successor,
        _no_collections(),
    ):
        rebuild_from(
            replace(declared, config=config),
            topics,
            successor,
            DeadLetters(config, broker),
            progress,
            accepts_losses=accepts_losses,
            heard=heard,
        )


def rebuild_from(
    declared: Declared,
    topics: Topics,
    successor: Successor,
    letters: DeadLetters,
    progress: RebuildProgress,
    *,
    accepts_losses: bool = False,
    heard: Callable[[], None] = lambda: None,
    read_event: Read | None = None,
) -> None:
    """Rebuild with these parts. Raises like ``rebuild``."""
    config, is_discarded = declared.config, discards_of(declared.config.name)
    is_atomic = isinstance(successor, DatabaseSuccessor)
    applying = Applying(
        config,
        declared.consumer,
        None if is_atomic else successor.read_model,
        read_event or declared.read_event(),
        unit=successor.unit if isinstance(successor, DatabaseSuccessor) else None,
        is_discarded=is_discarded,
    )
    graves = Graves(declared.lot(), letters, is_discarded, frees=is_atomic)
    try:
        Rebuild(
            *(topics, successor, applying, graves, progress),
            accepts_losses=accepts_losses,
            heard=heard,
        ).run()
    except (StoreAway, OperationalError, InterfaceError) as error:
        raise RebuildRefused(f"the store is away: {error}") from error


@contextmanager
def _begun(declared: Declared, *, back: bool) -> Iterator[Successor]:
    if declared.has_one_writer:
        begin = cast(Begin, import_string(setting("CONSUMER_REBUILD")))
        with begin(back=back) as successor:
            yield successor
    else:
        names = tables_of(setting("CONSUMER"))
        with beside_live(declared.consumer, names, back=back) as tables:
            yield tables


@contextmanager
def _no_collections() -> Iterator[None]:
    """Save a sixth of the time: records leave no cycles, and all that is kept would be walked."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def is_rebuilt_first(declared: Declared, read_model: Any) -> bool:
    """Tell whether the read model is to be built before the consumer begins.

    Raises ``StopConsumer`` when newer handlers than ours have built it.
    """
    if declared.has_one_writer:
        return wants_rebuild(read_model)
    own, built = declared.consumer.version, built_by(declared.config.name)
    if built is not None and built > own:
        raise StopConsumer(
            f"version {built} of the handlers has built the read model, and this is version {own}:"
            " run the newer release, or go back by `consumers rebuild --back`"
        )
    return built is not None and built < own


def rebuild_first(declared: Declared, loop: Loop) -> None:
    """Build a consumer's read model at full speed before its loop begins.

    One that is empty answers nothing so long, an older one what it knows. When that is refused
    the loop goes on with what there is.
    """
    progress = loop.progress.rebuild = RebuildProgress()
    told_at = progress.seconds

    def heard() -> None:
        nonlocal told_at
        loop.progress.turned()
        if loop.is_stopping:
            raise Interrupted("stopped amid a rebuild")
        if progress.seconds >= told_at + _TOLD_SECONDS:
            told_at = progress.seconds
            log.info("rebuilding consumer=%s %s", declared.config.name, progress)

    loop.progress.turned()
    try:
        rebuild(declared, progress, heard=heard)
        log.info("rebuilt consumer=%s %s", declared.config.name, progress)
    except Interrupted:
        log.info("rebuild_interrupted consumer=%s", declared.config.name)
    except RebuildRefused as reason:
        log.warning("rebuild_refused consumer=%s reason=%s", declared.config.name, reason)
