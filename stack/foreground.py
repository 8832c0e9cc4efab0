"""`make up` in a terminal: watch the processes, report deaths, end everything on Ctrl-C."""

import signal
import threading
from types import FrameType

from stack.errors import NotRunning
from stack.services import services
from stack.supervisor import Process
from stack.up import Start, stop_order

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class _Interrupted(BaseException):
    """Somebody asked us to end while the stack was still starting."""


def run(start: Start, only: tuple[str, ...]) -> None:
    """Start the stack; a signal meanwhile stops what was started and ends the program."""
    for number in _SIGNALS:
        signal.signal(number, _interrupt)
    try:
        start.run(only)
    except _Interrupted:
        print("\nStopped before it was ready.", flush=True)
        raise SystemExit(130) from None
    finally:
        for number in _SIGNALS:
            signal.signal(number, signal.SIG_DFL)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise _Interrupted


def stay(start: Start) -> int:
    """Report deaths until a signal comes, then stop everything; return the exit code."""
    is_over = threading.Event()
    for number in _SIGNALS:
        signal.signal(number, lambda *_: is_over.set())
    print("Ctrl-C stops everything.", flush=True)
    seen = start.supervisor.processes()
    while not is_over.wait(1):
        try:
            now = start.supervisor.processes()
        except NotRunning:
            print("The stack was stopped from elsewhere.")
            return 0
        for name, process in now.items():
            _report(start, seen[name], process)
        seen = now
    print("\nStopping.", flush=True)
    start.supervisor.shut_down(stop_order(services(start.ports, start.layout)))
    return 0


def _report(start: Start, before: Process, now: Process) -> None:
    if before.pid == now.pid and before.state == now.state:
        return
    if now.state == "fatal":
        print(
            f"{now.name} died again and again and was given up. Its last words:\n"
            f"{start.layout.tail(now.name)}\nMend the cause, then: "
            f"manage.py stack start {now.name}",
            flush=True,
        )
    elif now.is_asked_to_stop:
        print(f"{now.name} is {now.state}.", flush=True)
    elif before.pid and now.pid != before.pid and not before.is_asked_to_stop:
        print(
            f"{now.name} (pid {before.pid}) ended unexpectedly and is started again. "
            f"Its last words:\n{start.layout.tail(now.name, 5)}",
            flush=True,
        )
