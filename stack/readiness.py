"""See whether a process serves: a TCP connect, or an HTTP path that answers 200."""

import http.client
import socket
import time
from collections.abc import Callable

from stack.ports import HOST
from stack.services import Probe


def is_ready(probe: Probe, timeout_s: float = 1.0) -> bool:
    """Probe once; never raises."""
    if probe.kind == "none":
        return True
    if probe.kind == "tcp":
        return _connects(probe.port, timeout_s)
    return answers(probe.port, probe.path, timeout_s)


def answers(port: int, path: str, timeout_s: float = 1.0) -> bool:
    """Tell whether ``path`` answers 200 on loopback; never raises."""
    connection = http.client.HTTPConnection(HOST, port, timeout=timeout_s)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def wait(is_true: Callable[[], bool], timeout_s: float, interval_s: float = 0.05) -> bool:
    """Ask until the answer is yes or the time is over; return the last answer."""
    deadline = time.monotonic() + timeout_s
    while not is_true():
        if time.monotonic() > deadline:
            return False
        time.sleep(interval_s)
    return True


def _connects(port: int, timeout_s: float) -> bool:
    try:
        with socket.create_connection((HOST, port), timeout_s):
            return True
    except OSError:
        return False
