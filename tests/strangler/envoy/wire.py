"""Both ends of the gateway, byte by byte: a client that says anything, an origin that shows all.

Nothing here knows HTTP better than the test that speaks it.
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http.client import HTTPResponse
from io import BufferedReader
from pathlib import Path
from typing import Any

from strangler.envoy.clusters import Address
from strangler.envoy.configuration import Configuration
from strangler.envoy.gateway import free_address
from strangler.envoy.keeper import Keeper
from strangler.envoy.process import Process

PATIENCE = 5


@dataclass(frozen=True, slots=True)
class Heard:
    """One request as it reached the origin."""

    head: bytes
    body: bytes

    @property
    def line(self) -> bytes:
        return self.head.partition(b"\r\n")[0]

    @property
    def headers(self) -> list[tuple[str, str]]:
        lines = self.head.decode("latin-1").split("\r\n")[1:-2]
        return [(name, value.strip()) for name, _, value in (line.partition(":") for line in lines)]

    def named(self, name: str) -> list[str]:
        return [value for said, value in self.headers if said.lower() == name.lower()]


class Scribe:
    """An origin that writes down what it hears and answers what it is told to."""

    def __init__(self, port: int = 0) -> None:
        self.heard: list[Heard] = []
        self.changed = threading.Condition()
        self.answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
        # Said at once to whoever asks whether to go on; nothing lets them.
        self.refusal = b""
        self.first_bytes = 0
        self.go_on = threading.Event()
        self.server = socket.create_server(("127.0.0.1", port), backlog=64)
        self.address = Address("127.0.0.1", self.server.getsockname()[1])
        threading.Thread(target=self._listen, daemon=True).start()

    def wait_for(self, count: int) -> list[Heard]:
        """Return what was heard when it is so much."""
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.heard) >= count, PATIENCE)
        return self.heard

    def close(self) -> None:
        self.go_on.set()
        self.server.close()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self.server.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as lines:
            while head := _head(lines):
                if b"expect: 100-continue" in head.lower():
                    if self.refusal:
                        connection.sendall(self.refusal)
                        return
                    connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
                body = self._body(head, lines)
                if body is None:
                    return
                with self.changed:
                    self.heard.append(Heard(head, body))
                    self.changed.notify_all()
                first, pause, rest = self.answer.partition(b"<pause>")
                connection.sendall(first)
                if pause:
                    assert self.go_on.wait(PATIENCE)
                    connection.sendall(rest)
                if first.startswith(b"HTTP/1.1 101"):
                    while data := connection.recv(4096):
                        connection.sendall(data.upper())

    def _body(self, head: bytes, lines: BufferedReader) -> bytes | None:
        """Return a whole body; ``None`` if it was broken off."""
        names = dict(Heard(head.lower(), b"").headers)
        if "transfer-encoding" in names:
            chunks = list(_chunks(lines))
            return b"".join(chunks) if chunks[-1:] == [b"\r\n"] else None
        length = int(names.get("content-length", 0))
        first = lines.read1(length) if length else b""
        with self.changed:
            self.first_bytes = len(first)
            self.changed.notify_all()
        rest: bytes = lines.read(length - len(first))
        return first + rest


def _head(lines: BufferedReader) -> bytes:
    head = b""
    while line := lines.readline():
        head += line
        if line == b"\r\n":
            return head
    return b""


def _chunks(lines: BufferedReader) -> Iterator[bytes]:
    while True:
        line = lines.readline()
        if not line:
            return
        yield line
        size = int(line, 16)
        yield lines.read(size + 2)
        if not size:
            return


class Wire:
    """A connection to the gateway over which anything can be said."""

    def __init__(self, to: Address) -> None:
        self.socket = socket.create_connection((to.host, to.port), timeout=PATIENCE)

    def say(self, raw: bytes) -> "Wire":
        self.socket.sendall(raw)
        return self

    @contextmanager
    def dripping(self, drop: bytes) -> Iterator[None]:
        """Say a little again and again, in time for any limit between two bytes."""
        enough = threading.Event()

        def drip() -> None:
            while not enough.wait(0.05):
                try:
                    self.say(drop)
                except OSError:
                    return

        dripping = threading.Thread(target=drip)
        dripping.start()
        try:
            yield
        finally:
            enough.set()
            dripping.join()

    def answer(self, method: str = "GET") -> tuple[HTTPResponse, bytes]:
        response = HTTPResponse(self.socket, method=method)
        response.begin()
        return response, response.read()

    def is_closed(self) -> bool:
        """Whether the gateway hangs up, without a word."""
        try:
            return self.socket.recv(1) == b""
        except ConnectionResetError:
            return True

    def __enter__(self) -> "Wire":
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()


def ask(to: Address, raw: bytes) -> tuple[int, bytes]:
    """Say this over a connection of its own and return status and body."""
    with Wire(to) as wire:
        response, body = wire.say(raw).answer()
        return response.status, body


def configuration(folder: Path, upstream: Address, **changes: Any) -> Configuration:
    """Describe a gateway in front of one origin, with nothing else beside it."""
    plain = Configuration(
        folder=folder,
        listen=free_address(),
        admin=free_address(),
        places={"monolith": (upstream,)},
        routes_file=None,
        public_key_file="",
    )
    return replace(plain, **changes)


@contextmanager
def gateway(folder: Path, upstream: Address, **changes: Any) -> Iterator[Keeper]:
    """Serve while the block runs."""
    config = configuration(folder, upstream, **changes)
    words = ("--concurrency", "1", "--file-flush-interval-msec", "20")
    process = Process(folder, config.admin, drain=1, words=words)
    folder.mkdir(exist_ok=True)
    with (folder / "envoy.log").open("wb") as log:
        process.log = log
        keeper = Keeper(config, process)
        process.start()
        try:
            yield keeper
        finally:
            process.stop()
