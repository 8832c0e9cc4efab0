"""A task and the number of a row enter; the number leaves for Redis, or stays where it is.

What could not be queued is found by the next sweep, so nobody waits for Redis here: a
failure takes two seconds at most, and for some seconds after it nothing is tried at all. A price
list changes hundreds of homes in one request.
"""

import logging
import time
from typing import Any

from kombu.exceptions import OperationalError

_PAUSE_S = 5.0
_log = logging.getLogger(__name__)
_silent_until = 0.0


def queue(task: Any, number: int) -> bool:
    """Return whether the task is queued; never raises for a broker that is away."""
    global _silent_until
    if time.monotonic() < _silent_until:
        return False
    try:
        task.delay(number)
    except OperationalError as error:
        _silent_until = time.monotonic() + _PAUSE_S
        _log.warning("not queued: %s %s, the sweep will find it: %s", task.name, number, error)
        return False
    return True
