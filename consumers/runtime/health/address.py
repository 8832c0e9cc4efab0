"""The consumer process's own address, in a thread beside the loop.

- `/` the whole consumer as a page, whichever of its processes is asked: what `status` shows
- `/status` this process as JSON; `/metrics` for Prometheus, which asks every process
- `/healthz` 200 while the loop turns and no handler is stuck, else 503: begin it anew
- `/readyz` 200 when partitions are assigned, the store answers, and what there was is applied
"""

import json
import logging
from collections.abc import Callable
from dataclasses import asdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from django.db import DatabaseError, connections
from django.template.loader import render_to_string

from consumers.runtime.config import ConsumerConfig
from consumers.runtime.errors import StopConsumer
from consumers.runtime.health.answers import running
from consumers.runtime.health.metrics import exposition
from consumers.runtime.health.overview import Overview, Parked, of_running
from consumers.runtime.health.progress import Progress
from consumers.runtime.parking.counts import parked_counts

log = logging.getLogger(__name__)

Answer = tuple[int, str, str]


class Address:
    """What each path answers with."""

    def __init__(self, config: ConsumerConfig, progress: Progress, port: int = 0) -> None:
        self._config = config
        self._progress = progress
        # Where the process answers; the others of its consumer do before and behind.
        self._port = port
        self._paths: dict[str, Callable[[], Answer]] = {
            "/": self._page,
            "/status": lambda: (200, "application/json", status_json(self._overview())),
            "/metrics": lambda: (200, "text/plain; version=0.0.4", exposition(self._overview())),
            "/healthz": lambda: _verdict("" if self._progress.is_turning() else "stuck"),
            "/readyz": self._readiness,
        }

    def answer(self, path: str) -> Answer:
        """Give status, content type and body."""
        find = self._paths.get(path.partition("?")[0])
        return find() if find else (404, "text/plain", "no such page\n")

    def _readiness(self) -> Answer:
        trouble, way = self._progress.unready(), self._progress.way()
        return _verdict(f"{trouble}: {way}" if trouble and way else trouble)

    def _page(self) -> Answer:
        config, first = self._config, self._port - self._config.number
        whole = running(config.name, first) if self._port else None
        context = {"overview": whole or self._overview(), "number": config.number}
        return 200, "text/html", render_to_string("runtime/status.html", context)

    def _overview(self) -> Overview:
        return of_running(self._config, self._progress, _parked(self._config.name))


def status_json(overview: Overview) -> str:
    """Write an overview as /status tells it."""
    return json.dumps({**asdict(overview), "is_ready": overview.is_ready})


def serve_health(config: ConsumerConfig, progress: Progress, port: int) -> ThreadingHTTPServer:
    """Answer on loopback ``port`` (0 picks one) until ``shutdown()``. Raises ``StopConsumer``."""
    address = Address(config, progress, port)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            try:
                status, kind, text = address.answer(self.path)
            finally:
                # Every request has a thread of its own, and each thread its connections.
                connections.close_all()
            body = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
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


def _verdict(trouble: str) -> Answer:
    return (503, "text/plain", f"{trouble}\n") if trouble else (200, "text/plain", "ok\n")


def _parked(consumer: str) -> Parked | None:
    try:
        return parked_counts(consumer)
    except DatabaseError as error:
        log.warning("parked_unknown error=%s", error)
        return None
