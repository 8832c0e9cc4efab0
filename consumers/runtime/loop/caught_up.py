"""Whether a consumer has applied what there was when it began, and how much is left to read.

Enters: what the broker says is left, asked now and then. Leaves: progress, and a store that is
told once nothing was left.
"""

from collections.abc import Callable, Mapping, Set

from consumers.runtime.brokers.port import Broker
from consumers.runtime.config import ConsumerConfig
from consumers.runtime.health.lag import lags
from consumers.runtime.health.progress import Progress
from consumers.runtime.records import Partition
from consumers.runtime.stores.port import Store


class CaughtUp:
    """Watches the lag of the partitions that are assigned."""

    def __init__(
        self,
        config: ConsumerConfig,
        broker: Broker,
        store: Store,
        progress: Progress,
        clock: Callable[[], float],
        is_settled: Callable[[], bool],
        is_captured: Callable[[], bool],
    ) -> None:
        self._config = config
        self._broker = broker
        self._store = store
        self._progress = progress
        self._clock = clock
        self._is_settled = is_settled
        self._is_captured = is_captured
        self._due = 0.0
        self._was_read_out = False

    def begin_anew(self) -> None:
        """Note that there are records before us again."""
        self._was_read_out = False

    def watch(self, assigned: Set[Partition], *, idle: bool, asks: bool, fails: bool) -> None:
        """Look when it is due, and after each idle turn until all was read.

        A broker that is not read must be asked for the ends: ``asks``.
        """
        now = self._clock()
        if now < self._due and (self._was_read_out or not idle):
            return
        self._due = now + self._config.lag_seconds
        lag = self._broker.lag(asks=asks)
        self._progress.measure(lag)
        is_read_out = idle and _tells_none(lag, assigned) and self._is_settled()
        if is_read_out or (assigned and not fails and self._keeps_up()):
            self._was_read_out = True
            # Topics in which nothing is written, or that cannot be reached, seem read out, too.
            if self._is_captured():
                self._store.caught_up()
        self._progress.is_caught_up = self._was_read_out

    def _keeps_up(self) -> bool:
        # A busy stream is never read out; it keeps up while nothing has waited for long, in any
        # of the partitions: one may be starved by another.
        waited = (lag.seconds for lag in lags(self._progress).values())
        is_young = all(each is not None and each < self._config.young_seconds for each in waited)
        return self._was_read_out and is_young


def _tells_none(lag: Mapping[Partition, int], assigned: Set[Partition]) -> bool:
    return bool(lag) and set(lag) == assigned and not any(lag.values())
