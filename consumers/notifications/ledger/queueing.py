"""Numbers of rows enter; after the commit they leave for Redis, or stay where they are.

What could not be queued is found by the next sweep, so nobody waits for Redis here: a failure takes
a second at most, and for some seconds after it nothing is tried at all.
"""

import logging
import time
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from uuid import UUID

from django.db import transaction
from kombu.exceptions import OperationalError

# To queue a task costs more than to decide; a task of so many is over before its time limit, even
# if each of them waits for a server that says nothing.
AT_ONCE = 10
_PAUSE_S = 5.0
_log = logging.getLogger(__name__)
_silent_until = 0.0


def queue_after_commit(numbers: Sequence[UUID], wait: timedelta = timedelta()) -> None:
    """Have the worker look at the rows as soon as they are there, or that much later."""
    if numbers:
        transaction.on_commit(partial(_queue_all, numbers, wait), robust=True)


def queue(numbers: Sequence[UUID], wait: timedelta = timedelta()) -> bool:
    """Return whether the numbers are queued, as one task; never raises for a broker away."""
    global _silent_until
    # A module of Celery's reads the settings when it is imported; the consumer's are there now.
    from consumers.notifications.tasks import look

    if time.monotonic() < _silent_until:
        return False
    try:
        look.apply_async([str(number) for number in numbers], countdown=wait.total_seconds())
    except OperationalError as error:
        _silent_until = time.monotonic() + _PAUSE_S
        _log.warning("not_queued notification=%s reason=%s", numbers[0], error)
        return False
    return True


def _queue_all(numbers: Sequence[UUID], wait: timedelta) -> None:
    for start in range(0, len(numbers), AT_ONCE):
        if not queue(numbers[start : start + AT_ONCE], wait):
            return
