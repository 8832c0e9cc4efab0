"""What becomes of a record that failed: tried again later, or dead with a letter that says why.

Enters: a record and its error. Leaves: a parked record in one unit with the offset behind it,
before that a letter for one that is dead.
"""

import logging
from collections.abc import Callable

from consumers.runtime.config import ConsumerConfig
from consumers.runtime.consumer import Reaction
from consumers.runtime.failures.dead_letters import DeadLetters, reason_of, stack_of
from consumers.runtime.failures.limits import DeadLetterWatch
from consumers.runtime.faults import reached
from consumers.runtime.health.progress import Progress
from consumers.runtime.loop.routing import Router
from consumers.runtime.loop.units import Units
from consumers.runtime.parking.port import Parked
from consumers.runtime.records import Record

log = logging.getLogger(__name__)

# Of a record that fails before anybody could tell which handler it is for.
_NOBODYS = Reaction(lambda *_: None)


class Aside:
    """Where failed records of one consumer are put."""

    def __init__(
        self,
        config: ConsumerConfig,
        router: Router,
        units: Units,
        letters: DeadLetters,
        watch: DeadLetterWatch,
        progress: Progress,
        clock: Callable[[], float],
    ) -> None:
        self._config = config
        self._router = router
        self._units = units
        self._letters = letters
        self._watch = watch
        self._progress = progress
        self._clock = clock

    def put(self, failed: Parked, error: Exception, moved_to: int | None) -> None:
        """Park ``failed``, whose last attempt ended with ``error``, and move the offset, if any.

        Raises ``StoreAway`` when it could not be parked, or its letter not be sent, and
        ``StopConsumer`` when one more dead letter would be too many.
        """
        parked = self._judged(failed, error)
        with self._units.open({parked.record.source: moved_to}):
            # The letter goes before the record is dead: a crash in between sends it twice,
            # which a reader can tell. And in the unit: no zombie sends any.
            if parked.state == "dead":
                self._watch.check(parked.record, error)
                self._letters.send(parked)
                reached("told")
            self._units.lot.put(parked)
            reached("parked")
        self._count(parked, error)

    def _judged(self, failed: Parked, error: Exception) -> Parked:
        record, attempts = failed.record, failed.attempts + 1
        reaction = self._router.reaction_to(record) or _NOBODYS
        policy = reaction.policy_for(error, self._config.retry)
        told = reason_of(error)
        if attempts >= policy.attempts:
            told_by = (reaction.holds_key, failed.is_replay, stack_of(error))
            return Parked(record, "dead", attempts, 0.0, told, *told_by)
        due = self._clock() + policy.delay(attempts)
        return Parked(record, "waiting", attempts, due, told, is_replay=failed.is_replay)

    def _count(self, parked: Parked, error: Exception) -> None:
        self._progress.parked = self._units.lot.size
        if parked.state == "dead":
            self._watch.ill()
            self._progress.buried(parked.record)
            log.warning("buried %s error=%s", parked.record, parked.error)
        else:
            self._progress.retried(parked.record)
            place, attempts = parked.record, parked.attempts
            log.warning(
                "parked %s attempts=%s error=%s", place, attempts, parked.error, exc_info=error
            )


def first_try(record: Record, *, is_replay: bool) -> Parked:
    """Give a record that nobody has parked yet, as one that waits since now."""
    return Parked(record, "queued", is_replay=is_replay)
