"""Numbers of rows enter; after the commit they leave for Redis, or stay where they are.

What could not be queued is found by the next sweep, so nobody waits for Redis here: a failure takes
a second at most, and for some seconds after it nothing is tried at all.
"""

import logging
import time
from collections.abc import Sequence
from functools import partial
from uuid import UUID

from django.db import transaction
from kombu.exceptions import OperationalError

_PAUSE_S = 5.0
_log = logging.getLogger(__name__)
_silent_until = 0.0


def queue_after_commit(numbers: Sequence[UUID]) -> None:
    """Have the worker look at the rows as soon as they are there."""
    if numbers:
        transaction.on_commit(partial(_queue_all, numbers), robust=True)


def queue(number: UUID) -> bool:
    """Return whether the number is queued; never raises for a broker that is away."""
    global _silent_until
    # A module of Celery's reads the settings when it is imported; the consumer's are there now.
    from consumers.notifications.tasks import look

    if time.monotonic() < _silent_until:
        return False
    try:
        look.delay(str(number))
    except OperationalError as error:
        _silent_until = time.monotonic() + _PAUSE_S
        _log.warning("not_queued notification=%s reason=%s", number, error)
        return False
    return True


def _queue_all(numbers: Sequence[UUID]) -> None:
    for number in numbers:
        if not queue(number):
            return
