"""What comes before a consumer's first turn: a read model that its own version has built.

Enters: a consumer as declared, and its loop, which has not joined the group. Leaves: a loop that
may begin, or was asked to stop. Nothing is written into what another version has built. What
keeps the process waiting is told by its log, `/readyz` and the status, and is looked at again
and again, so that it begins by itself once that was mended, by another process or by hand.
"""

import logging
import time
from typing import Any

from django.db import InterfaceError, OperationalError

from consumers.runtime.declared import Declared
from consumers.runtime.errors import OtherVersion, StopConsumer, StoreAway
from consumers.runtime.loop.loop import Loop
from consumers.runtime.rebuilding.database import alone, built_by
from consumers.runtime.rebuilding.port import RebuildRefused, wants_rebuild
from consumers.runtime.rebuilding.progress import RebuildProgress
from consumers.runtime.rebuilding.run import rebuild
from consumers.runtime.stores.ownership import built_by_other

log = logging.getLogger(__name__)

_TOLD_SECONDS = 2.0


class Interrupted(StopConsumer):
    """The consumer was asked to stop; what was built so far is dropped."""


def build_first(declared: Declared, read_model: Any, loop: Loop) -> None:
    """Return when ``loop`` may begin, or shall stop."""
    if declared.has_one_writer:
        _fill_first(declared, read_model, loop)
    else:
        _own_version_first(declared, loop)


def is_rebuilt_first(declared: Declared) -> bool:
    """Tell whether older handlers than ours have built what is in PostgreSQL.

    Raises ``StoreAway``, and ``OtherVersion`` when newer ones have.
    """
    own, built = declared.consumer.version, built_by(declared.config.name)
    if newer := [version for version in built if version > own]:
        raise OtherVersion(built_by_other(max(newer), own))
    return any(version < own for version in built)


def _own_version_first(declared: Declared, loop: Loop) -> None:
    config, refusal, reason = declared.config, "", ""
    looks = refusals = 0
    rebuild_due = 0.0
    while not loop.is_stopping:
        looks += 1
        try:
            if not is_rebuilt_first(declared):
                break
            if time.monotonic() >= rebuild_due:
                _tell(declared, loop, refusal)
                with alone(config.name):
                    # Another may have done it since; twice, the swap would drop what is kept.
                    if is_rebuilt_first(declared):
                        _rebuild(declared, loop)
                break
        except (StoreAway, OperationalError, InterfaceError) as error:
            reason = f"the store is away: {error}"
        except OtherVersion as error:
            reason = str(error)
        except Interrupted:
            log.info("rebuild_interrupted consumer=%s", config.name)
            break
        except StopConsumer as error:
            refusals += 1
            rebuild_due = time.monotonic() + config.rebuild_retry.delay(refusals)
            reason = refusal = (
                f"older handlers have built the read model, and it cannot be rebuilt: {error}; "
                f"that is tried again, or do it by `consumers rebuild {config.name}`"
            )
        else:
            reason = refusal
        _tell(declared, loop, reason)
        loop.wait(config.store_retry.delay(looks))
    loop.progress.waits_for = ""


def _fill_first(declared: Declared, read_model: Any, loop: Loop) -> None:
    """Build at full speed what holds nothing; when that is refused, the loop does it."""
    if not wants_rebuild(read_model):
        return
    try:
        _rebuild(declared, loop)
    except Interrupted:
        log.info("rebuild_interrupted consumer=%s", declared.config.name)
    except RebuildRefused as reason:
        log.warning("rebuild_refused consumer=%s reason=%s", declared.config.name, reason)


def _tell(declared: Declared, loop: Loop, reason: str) -> None:
    if reason and reason != loop.progress.waits_for:
        log.error("waiting consumer=%s reason=%s", declared.config.name, reason)
    loop.progress.waits_for = reason


def _rebuild(declared: Declared, loop: Loop) -> None:
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
    rebuild(declared, progress, heard=heard)
    log.info("rebuilt consumer=%s %s", declared.config.name, progress)
