"""One rebuild with everything it needs: what the command `rebuild` and a new consumer begin.

- ``CONSUMER_REBUILD``: dotted path of what begins a successor, see `port`.
"""

import gc
import logging
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import cast

from django.utils.module_loading import import_string

from consumers.runtime.assembly import subscribed
from consumers.runtime.brokers.kafka import KafkaBroker
from consumers.runtime.dead_letters import DeadLetters
from consumers.runtime.declared import Declared
from consumers.runtime.errors import StopConsumer
from consumers.runtime.loop import Loop
from consumers.runtime.rebuilding.applying import Applying
from consumers.runtime.rebuilding.graves import Graves, discards_of
from consumers.runtime.rebuilding.port import Begin, RebuildRefused
from consumers.runtime.rebuilding.progress import RebuildProgress
from consumers.runtime.rebuilding.steps import Rebuild
from consumers.runtime.rebuilding.topics import KafkaTopics
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
    begin = cast(Begin, import_string(setting("CONSUMER_REBUILD")))
    with (
        closing(KafkaTopics(config)) as topics,
        closing(KafkaBroker(config)) as broker,
        begin(back=back) as successor,
        _no_collections(),
    ):
        Rebuild(
            topics,
            successor,
            Applying(config, declared.consumer, successor.read_model, declared.read_event()),
            Graves(declared.lot(), DeadLetters(config, broker), discards_of(config.name)),
            progress,
            accepts_losses=accepts_losses,
            heard=heard,
        ).run()


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


def rebuild_first(declared: Declared, loop: Loop) -> None:
    """Build a consumer's empty read model at full speed before its loop begins.

    Its pages answer nothing so long. When that is refused the loop builds it, more slowly.
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
