"""Whether a consumer has applied what its topics held at a moment, asked from outside.

Enters: moments. Leaves: yes, or not yet. The ends of the topics are asked of the broker, after
the moment and for all moments before; how far the consumer is stands in its own database, or
where its read model says.
"""

import time
from collections.abc import Callable, Mapping
from functools import partial
from math import inf

from consumers.runtime.config import ConsumerConfig
from consumers.runtime.models import ParkedRecord, PartitionOwner
from consumers.runtime.records import Partition

Ends = Callable[[ConsumerConfig], Mapping[Partition, int]]
# The next offset wanted of each partition; of one left out nothing is applied.
Offsets = Callable[[], Mapping[Partition, int]]

# The broker is asked this often at most, and less often while it does not answer.
_PAUSE_S = 0.5
_SILENCE_S = 10.0


class Points:
    """The topics that ``config`` names, of the consumer that it names."""

    def __init__(
        self,
        config: ConsumerConfig,
        ends: Ends,
        clock: Callable[[], float] = time.time,
        offsets: Offsets | None = None,
    ) -> None:
        self._config = config
        self._ask = ends
        self._clock = clock
        self._offsets = offsets or partial(_applied, config)
        # Asked at that time and not passed yet. It is passed before others are asked for: with
        # an end that moves on, nobody would ever be past it.
        self._ends: Mapping[Partition, int] = {}
        self._asked_at = self._passed = self._due = -inf

    def is_known(self, moment: float) -> bool:
        """Tell whether ``moment`` was seen to be passed; asks nobody, for any thread."""
        return moment <= self._passed and self._asked_at <= self._clock()

    def seconds_since_passed(self) -> float | None:
        """Tell how long ago all was applied that there was; ``None`` if never; asks nobody."""
        now = self._clock()
        return now - self._passed if -inf < self._passed <= now else None

    def is_passed(self, moment: float) -> bool:
        """Tell whether all is applied that was there at ``moment``, in seconds since 1970.

        Waits for the broker and the database; for one thread at a time.
        """
        if self._clock() < self._asked_at:
            # Set back: what was seen by the hours that are still to come holds for none.
            self._ends = {}
            self._asked_at = self._passed = self._due = -inf
        while moment > self._passed:
            if not self._ends and not self._asked():
                return False
            if not self._is_applied():
                return False
            self._passed, self._ends = self._asked_at, {}
        return True

    def _asked(self) -> bool:
        now = self._clock()
        if now < self._due:
            return False
        self._asked_at, self._ends = now, self._ask(self._config)
        self._due = self._clock() + (_PAUSE_S if self._ends else _SILENCE_S)
        return bool(self._ends)

    def _is_applied(self) -> bool:
        told = self._offsets().items()
        at = {place: offset for place, offset in told if place.topic in self._config.topics}
        # A partition that the broker does not tell of was there, and is not known.
        if at.keys() - self._ends.keys():
            return False
        is_behind = any(at.get(place, 0) < end for place, end in self._ends.items())
        return not is_behind and not _parked(self._config)


def records_behind(config: ConsumerConfig, ends: Mapping[Partition, int]) -> int:
    """Return how many records lie between what is applied and ``ends``, parked ones included."""
    at = _applied(config)
    return sum(max(0, end - at.get(place, 0)) for place, end in ends.items()) + _parked(config)


def _applied(config: ConsumerConfig) -> dict[Partition, int]:
    owned = PartitionOwner.objects.filter(consumer=config.name, topic__in=config.topics)
    return {
        Partition(topic, number): offset or 0
        for topic, number, offset in owned.values_list("topic", "partition", "next_offset")
    }


def _parked(config: ConsumerConfig) -> int:
    parked = ParkedRecord.objects.filter(consumer=config.name, topic__in=config.topics)
    return parked.exclude(state="dead").count()
