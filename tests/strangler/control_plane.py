"""A control plane as far as a provider hears it: one text over HTTP, or no answer at all."""

from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


class ControlPlane:
    """Serves ``text`` as long as there is one; counts how often it has sent it."""

    def __init__(self, port: int = 0) -> None:
        self.text: str | None = None
        self.sent = 0
        plane = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                plane.answer(self)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/api/flags.json"

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        text = self.text
        version = "" if text is None else f'"{sha256(text.encode()).hexdigest()}"'
        if text is None:
            handler.send_response(503)
        elif handler.headers["If-None-Match"] == version:
            handler.send_response(304)
        else:
            handler.send_response(200)
        handler.send_header("ETag", version)
        handler.end_headers()
        if text is not None and handler.headers["If-None-Match"] != version:
            handler.wfile.write(text.encode())
            self.sent += 1

    def __enter__(self) -> "ControlPlane":
        self._thread.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
