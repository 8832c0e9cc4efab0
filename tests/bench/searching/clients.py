"""Several people who ask at the same time, each over a connection that is kept.

Enters: an address and what to ask. Leaves: how long each answer took, and all of them together.
The standard library's client costs less than a tenth of what a page does.
"""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPConnection
from queue import Empty, SimpleQueue
from urllib.parse import urlsplit

import psutil

CLIENTS = 4
_PATIENCE_S = 30


@dataclass
class Side:
    """One of those who answer, and the processes that work for it; what it took so far."""

    url: str
    processes: Sequence[psutil.Process]
    latencies_ms: list[float] = field(default_factory=list)
    seconds: float = 0.0
    cpu_seconds: float = 0.0

    def ask(self, paths: Sequence[str]) -> None:
        """Let the clients share the questions. Raises ``OSError`` for an answer but 200."""
        begun, worked = time.monotonic(), self._worked()
        self.latencies_ms += latencies(self.url, paths)
        self.seconds += time.monotonic() - begun
        self.cpu_seconds += self._worked() - worked

    @property
    def per_second(self) -> float:
        return len(self.latencies_ms) / self.seconds

    @property
    def cpu_ms(self) -> float:
        """The processor's time for an answer: steadier where other programs share the cores."""
        return self.cpu_seconds * 1000 / len(self.latencies_ms)

    def _worked(self) -> float:
        return sum(map(_cpu_seconds, self.processes))


def _cpu_seconds(process: psutil.Process) -> float:
    """Return what a process took, with its children that have ended, whose times it keeps."""
    try:
        return float(sum(process.cpu_times()[:4]))
    except psutil.NoSuchProcess:
        return 0.0


def latencies(url: str, paths: Sequence[str]) -> list[float]:
    waiting: SimpleQueue[str] = SimpleQueue()
    for path in paths:
        waiting.put(path)
    with ThreadPoolExecutor(CLIENTS) as pool:
        clients = [pool.submit(_client, url, waiting.get_nowait) for _ in range(CLIENTS)]
        return [latency for client in clients for latency in client.result()]


def _client(url: str, next_path: Callable[[], str]) -> list[float]:
    at = urlsplit(url)
    connection = HTTPConnection(str(at.hostname), at.port, timeout=_PATIENCE_S)
    taken = []
    try:
        while True:
            begun = time.perf_counter()
            path = next_path()
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                raise OSError(f"{url}{path} was answered with {answer.status}")
            taken.append((time.perf_counter() - begun) * 1000)
    except Empty:
        return taken
    finally:
        connection.close()
