"""An agency's server for tests: a real one, that answers as it is told to."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook


class Agency:
    """What was posted, and what is answered."""

    def __init__(self) -> None:
        self.url = ""
        self.status = 204
        self.location = ""
        self.retry_after = ""
        self.headers = {"Content-Type": "application/json"}
        self.body = b""
        # Takes what is posted, and hangs up without a word.
        self.hangs_up = False
        # An answer that goes on until the other side has had enough.
        self.is_endless = False
        # One byte of a header now and then.
        self.drips = False
        # Set when the test is over, for who is still busy answering.
        self.is_over = threading.Event()
        self.posts: list[tuple[dict[str, str], bytes]] = []

    def said(self, secret: str) -> list[Any]:
        """Return what was posted; raises unless all of it was signed by ``secret``."""
        return [Webhook(secret).verify(body, headers) for headers, body in self.posts]

    def types(self) -> list[str]:
        return [json.loads(body)["type"] for _, body in self.posts]


class _Answers(BaseHTTPRequestHandler):
    agency: Agency

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.agency.posts.append((dict(self.headers.items()), body))
        if self.agency.hangs_up:
            return
        if self.agency.drips:
            self._go_on(b"H", 0.05)
            return
        self.send_response(self.agency.status)
        if self.agency.location:
            self.send_header("Location", self.agency.location)
        if self.agency.retry_after:
            self.send_header("Retry-After", self.agency.retry_after)
        for name, value in self.agency.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(self.agency.body)
        if self.agency.is_endless:
            self._go_on(b"x" * 65536, 0)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def _go_on(self, part: bytes, pause: float) -> None:
        with suppress(OSError):
            while not self.agency.is_over.wait(pause):
                self.wfile.write(part)


@contextmanager
def agency_on_loopback() -> Iterator[Agency]:
    agency = Agency()
    answers = type("Answers", (_Answers,), {"agency": agency})
    server = ThreadingHTTPServer(("127.0.0.1", 0), answers)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    agency.url = f"http://127.0.0.1:{server.server_port}/hook"
    try:
        yield agency
    finally:
        agency.is_over.set()
        server.shutdown()
        server.server_close()
        thread.join()
