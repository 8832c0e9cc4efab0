"""`python -m stack.serve PORT MODULE`: serve a Django side's pages under granian.

Enters: a WSGI module. Leaves: answers, each with its headers and its body in one write, so
that a killed process leaves a request either unanswered (the gateway asks the monolith) or
answered whole. The worker ends with its parent: left alone, it would go on serving, and
nobody would ever stop it. SIGHUP: a second worker loads the code anew and listens beside the
first, which then answers what it has begun and ends; nobody is refused. Who has come to it and
is not read yet as it ends is hung up on; of what is safe to ask again, the gateway does so.
"""

import argparse
import ctypes
import os
import signal
from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Any

from granian.constants import Interfaces
from granian.server import Server

_PR_SET_PDEATHSIG = 1
_THREADS = 8
# How long the second worker has for loading before the first one ends.
_SUCCESSION_S = 10.0


def load(module: str, parent: int) -> Callable[..., Any]:
    """Return the module's application; called in the worker, which is bound to its parent."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        raise SystemExit("The parent died while the worker was starting.")
    application: Callable[..., Any] = import_module(module).application
    return application


def main() -> None:
    """Serve until asked to stop."""
    parser = argparse.ArgumentParser(description="Serve a WSGI application.")
    parser.add_argument("address", help="HOST:PORT to listen on")
    parser.add_argument("module", help="the module with `application`, monolith.wsgi for one")
    options = parser.parse_args()
    host, _, port = options.address.rpartition(":")
    Server(
        options.module,
        address=host,
        port=int(port),
        interface=Interfaces.WSGI,
        websockets=False,
        blocking_threads=_THREADS,
        backpressure=_THREADS * 16,
        # The supervisor starts anew what fails, with its reason in the log.
        respawn_failed_workers=False,
        respawn_interval=_SUCCESSION_S,
    ).serve(target_loader=partial(load, options.module, os.getpid()), wrap_loader=False)


if __name__ == "__main__":
    main()
