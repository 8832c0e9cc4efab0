"""Where the monolith is asked: it takes mails back and hears what people chose."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


class Monolith:
    """Takes each mail once, hears wishes, and can fail."""

    def __init__(self) -> None:
        self.status = 200
        self.taken: list[tuple[str, int, str]] = []
        self.wishes: list[tuple[int, str, bool]] = []
        self.searches: list[int] = []
        self.tokens: set[str] = set()
        # What happens while it is asked.
        self.meanwhile: list[Callable[[], object]] = []

    def answer(self, asked: dict[str, Any], token: str) -> dict[str, Any]:
        self.tokens.add(token)
        while self.meanwhile:
            self.meanwhile.pop()()
        if "wishes" not in asked:
            # It may fail after it took them.
            return self._take(asked)
        return self._hear(asked["wishes"]) if self.status == 200 else {}

    def _hear(self, wishes: list[dict[str, Any]]) -> dict[str, Any]:
        self.wishes += [(each["account_id"], each["kind"], each["is_wanted"]) for each in wishes]
        named = (each.get("saved_search_id") for each in wishes)
        self.searches += [number for number in named if number]
        return {"outcomes": ["done"] * len(wishes)}

    def _take(self, asked: dict[str, Any]) -> dict[str, Any]:
        outcomes = []
        for each in asked["mails"]:
            name = each["event_id"], each["account_id"], each["kind"]
            outcomes.append("already" if name in self.taken else "taken")
            self.taken = list(dict.fromkeys((*self.taken, name)))
        return {"outcomes": outcomes}


@contextmanager
def serving(monolith: Monolith) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            answer = monolith.answer(json.loads(body), self.headers["Authorization"])
            text = json.dumps(answer).encode()
            self.send_response(monolith.status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/internal/alerts"
    server.shutdown()
    thread.join()
    server.server_close()
