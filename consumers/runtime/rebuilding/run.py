"""One rebuild with everything it needs: what the command `rebuild` and a consumer begin.

- ``CONSUMER_REBUILD``: dotted path of what begins a successor, see `port`; of a read model in
  PostgreSQL, for which nothing is declared, `database` does.
"""

import gc
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from typing import cast

from django.db import InterfaceError, OperationalError
from django.utils.module_loading import import_string

from consumers.runtime.assembly import subscribed
from consumers.runtime.config import ConsumerConfig
from consumers.runtime.declared import Declared
from consumers.runtime.errors import Halted, StoreAway
from consumers.runtime.events import Read
from consumers.runtime.failures.dead_letters import DeadLetters
from consumers.runtime.parking.database import all_parked
from consumers.runtime.parking.port import Parked
from consumers.runtime.rebuilding.applying import Applying
from consumers.runtime.rebuilding.database import DatabaseSuccessor, beside_live
from consumers.runtime.rebuilding.graves import Graves, discards_of, is_passed
from consumers.runtime.rebuilding.port import Begin, RebuildRefused, Successor
from consumers.runtime.rebuilding.progress import RebuildProgress
from consumers.runtime.rebuilding.steps import Rebuild
from consumers.runtime.rebuilding.topics import Topics
from consumers.runtime.settings import setting


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
        closing(declared.topics(config)) as topics,
        closing(declared.broker(config)) as broker,
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
    tables = successor if isinstance(successor, DatabaseSuccessor) else None
    applying = Applying(
        config,
        declared.consumer,
        None if tables else successor.read_model,
        read_event or declared.read_event(),
        unit=tables.unit if tables else None,
        is_discarded=is_discarded,
        parked=[each for each in _parked_in(successor, config) if not is_discarded(each.record)],
        keep=tables.park if tables else lambda *_: None,
    )
    graves = Graves(
        declared.lot(), letters, is_discarded, move=tables.move_parked if tables else None
    )
    try:
        Rebuild(
            *(topics, successor, applying, graves, progress),
            accepts_losses=accepts_losses,
            heard=heard,
        ).run()
    except (StoreAway, OperationalError, InterfaceError) as error:
        raise RebuildRefused(f"the store is away: {error}") from error
    except Halted as error:
        raise RebuildRefused(str(error)) from error


def _parked_in(successor: Successor, config: ConsumerConfig) -> list[Parked]:
    if isinstance(successor, DatabaseSuccessor):
        return successor.parked()
    # Kept without a lot of its own: what the live one has parked below is not in it either.
    starts = successor.read_model.resume_from()
    return [each for each in all_parked(config.name) if is_passed(each.place, starts)]


@contextmanager
def _begun(declared: Declared, *, back: bool) -> Iterator[Successor]:
    if declared.has_one_writer:
        begin = cast(Begin, import_string(setting("CONSUMER_REBUILD")))
        with begin(back=back) as successor:
            yield successor
    else:
        with beside_live(declared.consumer, declared.tables(), back=back) as tables:
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
