"""`python -m tests.bench.gateways.load HOST:PORT CONNECTIONS SECONDS FILE`: ask without pause.

Enters: a file of requests, one a line in JSON, taken in turns. Leaves: one JSON object: answers,
failures (no answer, half an answer, not 200), times in ms, and who answered.
"""

import asyncio
import json
import sys
import time
from collections import Counter
from pathlib import Path
from typing import cast

import uvloop

_PAUSE = 0.005


class Tally:
    """What all connections of a run have seen together."""

    def __init__(self, requests: list[bytes]) -> None:
        self.requests = requests
        self.next = 0
        self.times: list[float] = []
        self.failures: Counter[str] = Counter()
        self.by: Counter[str] = Counter()
        self.is_over = False

    def request(self) -> bytes:
        self.next = (self.next + 1) % len(self.requests)
        return self.requests[self.next]


class Client(asyncio.Protocol):
    """Sends a request, and the next as soon as it is answered."""

    def __init__(self, tally: Tally) -> None:
        self.tally = tally
        self.gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.head = b""
        # Of the body that is on its way.
        self.missing = 0
        self.is_waiting = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self._ask()

    def data_received(self, data: bytes) -> None:
        if self.missing:
            self.missing -= len(data)
        else:
            self.head, end, body = (self.head + data).partition(b"\r\n\r\n")
            if not end:
                return
            length = self._said(b"content-length")
            self.missing = int(length or 0) - len(body)
        if not self.missing:
            self._answered()

    def connection_lost(self, exc: Exception | None) -> None:
        if self.is_waiting and not self.tally.is_over:
            self.tally.failures[f"lost: {exc or 'closed'}"] += 1
        self.gone.set_result(None)

    def _ask(self) -> None:
        self.head = b""
        self.is_waiting = True
        self.sent = time.perf_counter()
        self.transport.write(self.tally.request())

    def _answered(self) -> None:
        self.is_waiting = False
        tally = self.tally
        tally.times.append(time.perf_counter() - self.sent)
        if not self.head.startswith(b"HTTP/1.1 200"):
            tally.failures[self.head[:40].decode("latin-1")] += 1
        tally.by[self._said(b"x-served-by").decode()] += 1
        if tally.is_over or self._said(b"connection") == b"close":
            self.transport.close()
        else:
            self._ask()

    def _said(self, name: bytes) -> bytes:
        return self.head.lower().partition(b"\r\n" + name + b": ")[2].partition(b"\r\n")[0]


async def stay(host: str, port: int, tally: Tally) -> None:
    """Keep one connection busy, anew whenever it is closed."""
    while not tally.is_over:
        try:
            _, client = await asyncio.get_running_loop().create_connection(
                lambda: Client(tally), host, port
            )
            await client.gone
        except OSError as error:
            tally.failures[f"refused: {error.errno}"] += 1
            await asyncio.sleep(_PAUSE)


async def main(where: str, connections: int, seconds: float, file: str) -> None:
    """Ask for so long and tell."""
    host, _, port = where.rpartition(":")
    tally = Tally([json.loads(line).encode() for line in Path(file).read_text().splitlines()])
    began, cpu = time.perf_counter(), time.process_time()
    asking = [asyncio.create_task(stay(host, int(port), tally)) for _ in range(connections)]
    await asyncio.sleep(seconds)
    tally.is_over = True
    took = time.perf_counter() - began
    await asyncio.wait(asking, timeout=10)
    ranked = sorted(tally.times) or [0.0]
    told = {
        "answers": len(tally.times),
        "seconds": took,
        "cpu_seconds": time.process_time() - cpu,
        "failed": sum(tally.failures.values()),
        "failures": dict(tally.failures),
        "by": dict(tally.by),
        "p50": ranked[len(ranked) // 2] * 1000,
        "p99": ranked[len(ranked) * 99 // 100] * 1000,
    }
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), sys.argv[4]))
