"""Whether a hold is over: the service has applied what its topics held when it ended.

Enters: moments. Leaves: yes, or not yet, at once. A freshness cookie that could not name what was
written has a hold instead: until then nobody but the monolith answers, and whoever captures has
brought all to the topics. From then on the service may, once it has applied them. By the same
questions a service whose read model is in a database tells how late it is.

    # FRESHNESS_HOLDS = "consumers.prices.freshness.holds"
    def holds() -> Holds:
        return Holds(Points(subscribed(setting("CONSUMER_CONFIG"), prices), ends_of))
"""

import logging
import time
from collections.abc import Callable
from functools import partial
from threading import Lock, Thread

from django.db import DatabaseError, connections

from consumers.runtime.points import Points
from consumers.runtime.web.applied import Unavailable

log = logging.getLogger(__name__)

# To ask the broker opens a connection.
_RENEWED_SECONDS = 5.0

Work = Callable[[], None]


def _beside(work: Work) -> None:
    # A broker that is silent keeps no process from ending.
    Thread(target=_alone, args=(work,), name="holds", daemon=True).start()


def _alone(work: Work) -> None:
    try:
        work()
    finally:
        # This thread's own.
        connections.close_all()


class Holds:
    """``points``, asked beside the requests, by one thread at a time; safe to share."""

    def __init__(self, points: Points, run: Callable[[Work], None] = _beside) -> None:
        self._points = points
        self._run = run
        self._asking = Lock()

    def is_over(self, moment: float) -> bool:
        """Tell whether it is known that all is applied that was there at ``moment``.

        Never waits: what is not known is asked for those who come later.
        """
        if not self._points.is_known(moment) and self._asking.acquire(blocking=False):
            try:
                self._run(partial(self._ask, moment))
            except RuntimeError as reason:
                # No thread is to be had now; the next request tries again.
                log.warning("hold_unknown error=%s", reason)
                self._asking.release()
        return self._points.is_known(moment)

    def lag_seconds(self) -> float | None:
        """Give how long ago all was known to be applied that there was, for the ready path.

        None until that is known. Never waits: it is asked for those who come later.
        """
        lag = self._points.seconds_since_passed()
        if lag is None or lag > _RENEWED_SECONDS:
            self.is_over(time.time())
        return self._points.seconds_since_passed()

    def _ask(self, moment: float) -> None:
        try:
            self._points.is_passed(moment)
        except (DatabaseError, Unavailable) as reason:
            log.warning("hold_unknown error=%s", reason)
        finally:
            self._asking.release()
