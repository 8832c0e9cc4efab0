"""The consumer process's own address: /healthz and /metrics, in a thread beside the loop."""

import logging
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from consumers.runtime.errors import StopConsumer
from consumers.runtime.progress import Progress

log = logging.getLogger(__name__)


def exposition(consumer: str, progress: Progress) -> str:
    """Write the metrics in the text format that Prometheus reads."""
    figures = progress.metrics(consumer).items()
    return "".join(f"{name.replace('.', '_')} {value}\n" for name, value in figures)


def serve_health(consumer: str, progress: Progress, port: int) -> ThreadingHTTPServer:
    """Answer on loopback ``port`` (0 picks one) until ``shutdown()``. Raises ``StopConsumer``."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/healthz":
                turning = progress.is_turning()
                self._answer(200 if turning else 503, "ok\n" if turning else "stuck\n")
            elif self.path == "/metrics":
                self._answer(200, exposition(consumer, progress))
            else:
                self._answer(404, "no such page\n")

        def _answer(self, status: int, text: str) -> None:
            body = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/plain; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            log.debug(format, *args)

    try:
        server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    except OSError as failure:
        raise StopConsumer(f"health port {port} cannot be opened: {failure.strerror}") from failure
    Thread(target=server.serve_forever, args=(0.1,), name="health", daemon=True).start()
    return server
