"""Start the line: services and set-up steps, each as soon as what it needs is there.

Enters: a run's ports and folders. Leaves: a ready stack, or none of it and the reason why.
"""

import fcntl
import json
import os
import shutil
import threading
import time
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from graphlib import TopologicalSorter

from stack import jars, opensearch, ports, settings
from stack.errors import ComponentDied, DiskFull, StackError
from stack.layout import Layout
from stack.ports import Ports
from stack.readiness import is_ready
from stack.services import Service, services
from stack.steps import Report, Step, steps
from stack.supervisor import Supervisor

_NEEDED_GIB = 3
# OpenSearch takes half a minute, and several times that where others keep the machine busy.
_START_S = 180


class Start:
    """One start of the stack, or of the part of it that ``only`` names."""

    def __init__(self, layout: Layout, chosen: Ports, report: Report) -> None:
        self.layout = layout
        self.ports = chosen
        self._report = report
        self._begun = time.monotonic()
        self._ready_s: dict[str, float] = {}
        self._cancelled = threading.Event()
        values = settings.write(chosen, layout)
        # The services' commands name the fetched files, so those come before everything.
        jars.fetch(self._say)
        self._services = services(chosen, layout)
        self._steps = steps(chosen, layout, values, self._say)
        self.supervisor = Supervisor(chosen, layout)

    def run(self, only: tuple[str, ...] = ()) -> None:
        """Start everything and return when it is ready; raises ``StackError``.

        When a part fails, whatever was started is stopped again before the error leaves.
        """
        unused = () if opensearch.is_chosen() else opensearch.PORTS
        ports.check_free({n: port for n, port in self.ports.items() if n not in unused})
        self.supervisor.launch(self._services.values())
        try:
            self._run_all(self._needed(only))
        except BaseException:
            self._cancelled.set()
            self.supervisor.shut_down(stop_order(self._services))
            raise
        (self.layout.home / "ready.json").write_text(json.dumps(self._ready_s))

    def _needed(self, only: tuple[str, ...]) -> dict[str, Service | Step]:
        nodes: dict[str, Service | Step] = {**self._steps, **self._services}
        if not only:
            return nodes
        wanted: set[str] = set()
        pending = list(only)
        while pending:
            name = pending.pop()
            wanted.add(name)
            pending.extend(nodes[name].after)
        return {name: node for name, node in nodes.items() if name in wanted}

    def _run_all(self, nodes: dict[str, Service | Step]) -> None:
        order = TopologicalSorter({name: node.after for name, node in nodes.items()})
        order.prepare()
        running: dict[Future[None], str] = {}
        with ThreadPoolExecutor(len(nodes)) as pool:
            while order.is_active():
                for name in order.get_ready():
                    running[pool.submit(self._run_one, nodes[name])] = name
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    self._raise_from(future)
                    order.done(running.pop(future))

    def _raise_from(self, future: Future[None]) -> None:
        try:
            future.result()
        except BaseException:
            # The others' waiting ends at once, or the pool would hold the error back.
            self._cancelled.set()
            raise

    def _run_one(self, node: Service | Step) -> None:
        begun = time.monotonic()
        if isinstance(node, Service):
            self.supervisor.start(node.name)
            self._wait_until_ready(node)
            self._ready_s[node.name] = round(time.monotonic() - begun, 2)
        else:
            node.run()
        verb = "ready" if isinstance(node, Service) else "done"
        self._say(f"{node.name:18} {verb} in {time.monotonic() - begun:.1f} s")

    def _wait_until_ready(self, service: Service) -> None:
        deadline = time.monotonic() + _START_S
        while not self._cancelled.is_set():
            process = self.supervisor.processes()[service.name]
            if process.state in ("fatal", "backoff", "exited") or time.monotonic() > deadline:
                raise ComponentDied(
                    f"{service.name} did not start ({process.last_end}). Its last words, from "
                    f"{self.layout.log(service.name)}:\n{self.layout.tail(service.name)}"
                )
            if process.pid and is_ready(service.probe):
                return
            time.sleep(0.1)

    def _say(self, text: str) -> None:
        self._report(f"{time.monotonic() - self._begun:6.1f} s  {text}")


def stop_order(every: dict[str, Service]) -> list[str]:
    """Return the names so that whoever uses a service is stopped before it."""
    order = TopologicalSorter({name: service.after for name, service in every.items()})
    return [name for name in reversed(list(order.static_order())) if name in every]


@contextmanager
def exclusive(layout: Layout) -> Iterator[None]:
    """Hold the run's folder, so that two starts in it do not mix; raises ``StackError``."""
    with (layout.folder(".") / "up.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise StackError(
                f"Another `make up` is just starting in {layout.home}; wait for it."
            ) from None
        yield


def check_room(layout: Layout) -> None:
    """Raise ``DiskFull`` when the data would not fit."""
    free = shutil.disk_usage(layout.folder(".")).free / 1024**3
    if free < _NEEDED_GIB:
        raise DiskFull(
            f"Only {free:.1f} GiB are free at {layout.home}; the stack wants {_NEEDED_GIB}. "
            "Make room, or set BANYAN_HOME to a folder on another disk."
        )


def chosen_ports(layout: Layout) -> Ports:
    """Return the ports that the environment variable PORTS asks for."""
    return ports.choose(os.environ.get("PORTS", ""), layout.home)
