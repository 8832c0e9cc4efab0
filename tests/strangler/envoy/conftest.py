"""A real Envoy between two tiny origins that do as they are told."""

import json
import socket
import subprocess
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import replace
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from strangler import routes
from strangler.adapter import key_files, keys
from strangler.envoy import bootstrap, clusters, gateway, render
from strangler.envoy.clusters import Address
from strangler.envoy.door import Door
from strangler.envoy.files import BOOTSTRAP_FILE, Discovery, Folder
from strangler.envoy.index import indexed
from strangler.routes import Route
from strangler.snapshot import Snapshot
from strangler.stages import Standing, standing
from tests.ports import free_port


class Server(ThreadingHTTPServer):
    daemon_threads = True
    # Thirty-two connections arrive at once; the default queue of five would refuse some.
    request_queue_size = 128

    def __init__(self, port: int, handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(("127.0.0.1", port), handler)
        self.open: set[socket.socket] = set()

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, client = super().get_request()
        self.open.add(connection)
        return connection, client

    def shutdown_request(self, request: Any) -> None:
        self.open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        for connection in list(self.open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class Origin:
    """Answers every path with its name; ``status`` and ``hang`` make it misbehave."""

    def __init__(self, name: str, port: int = 0) -> None:
        self.name = name
        self.status = 200
        self.is_ready = True
        # How long each answer takes.
        self.thinks_s = 0.0
        # Say the first letter at once and the rest when released.
        self.is_streaming = False
        self.seen: list[tuple[str, str, dict[str, str]]] = []
        self.heard = threading.Condition()
        self.released = threading.Event()
        self.released.set()
        origin = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def handle_one_request(self) -> None:
                try:
                    super().handle_one_request()
                except OSError:
                    self.close_connection = True

            def do_GET(self) -> None:
                origin.answer(self)

            do_POST = do_HEAD = do_GET

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.handler = Handler
        self.port = port
        self.reopen()

    def reopen(self) -> None:
        """Listen (again), on the same port."""
        self.server = Server(self.port, self.handler)
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))
        self.thread.start()

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        handler.rfile.read(int(handler.headers.get("content-length", 0)))
        status, body, first = self.status, self.name.encode(), 0
        if handler.path == "/readyz":
            status = 200 if self.is_ready else 503
        else:
            headers = {name.lower(): value for name, value in handler.headers.items()}
            with self.heard:
                self.seen.append((handler.command, handler.path, headers))
                self.heard.notify_all()
            first = 1 if self.is_streaming else 0
        if not first and handler.path != "/readyz":
            self.released.wait(10)
            threading.Event().wait(self.thinks_s)
        handler.send_response(status)
        handler.send_header("X-Served-By", self.name)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        if first:
            handler.wfile.write(body[:first])
            self.released.wait(10)
        if handler.command != "HEAD":
            handler.wfile.write(body[first:])

    def wait_for_request(self) -> tuple[str, str, dict[str, str]]:
        """Return the first request, which may still be on its way."""
        with self.heard:
            assert self.heard.wait_for(lambda: bool(self.seen), 5)
        return self.seen[0]

    def close(self) -> None:
        """Refuse connections from now on, and drop those that are open."""
        self.released.set()
        self.server.shutdown()
        self.server.server_close()
        self.server.hang_up()
        self.thread.join()


class Site:
    """The gateway with both origins behind it."""

    def __init__(self, path: Path, declared: tuple[Route, ...]) -> None:
        self.monolith, self.search = Origin("monolith"), Origin("search")
        self.folder = Folder(path)
        self.admin = Address("127.0.0.1", free_port())
        self.listen = Address("127.0.0.1", free_port())
        key_files.create_pair(path / "private.pem", path / "public.pem")
        self.key = keys.private_key(str(path / "private.pem"))
        # One that signed before, or will: cookies of both are about.
        key_files.create_pair(path / "other.pem", path / "other-public.pem")
        self.other_key = keys.private_key(str(path / "other.pem"))
        self.routes_file = FILE
        self.places = {
            "monolith": (Address("127.0.0.1", self.monolith.port),),
            "search": (Address("127.0.0.1", self.search.port),),
        }
        # As in earnest: a route whose service has no address stays with the monolith.
        self.routes = tuple(route for route in declared if route.service in self.places)
        self.clusters = Discovery.of(
            [_hasty(cluster) for cluster in clusters.clusters(self.places)]
        )
        self.gateway = gateway.Gateway(self.admin)
        self.door = Door(self.listen, self.admin, path, (self.key.public, self.other_key.public))
        self.folder.place_bootstrap(bootstrap.bootstrap(self.door))
        self.log = path / "envoy.log"
        self.pause = threading.Event()

    def start(self) -> None:
        self.folder.place(self.clusters, self.table(Snapshot()))
        envoy = gateway.binary()
        assert envoy is not None
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [
                    *(envoy, "-c", str(self.folder.path / BOOTSTRAP_FILE)),
                    *("--disable-hot-restart", "--concurrency", "1", "-l", "warn"),
                    # Log lines are asked for at once, not every ten seconds.
                    *("--file-flush-interval-msec", "20"),
                ],
                stdout=log,
                stderr=log,
            )
        self.client = httpx.Client(base_url=f"http://{self.listen}", timeout=10)
        self.wait_for("search", is_healthy=True)

    def table(self, snapshot: Snapshot) -> Discovery:
        return Discovery.of([indexed(render.route_table(self.routes, snapshot))])

    def table_of(self, resource: dict[str, object]) -> Discovery:
        return Discovery.of([resource])

    def move(self, standing: Standing, *, all_to_monolith: bool = False) -> None:
        """Put a standing in place and wait until the gateway lives by it."""
        table = self.table(Snapshot(1, all_to_monolith, {"search": standing}))
        self.folder.place(self.clusters, table)
        assert self.gateway.took(table.version, self.gateway.refusals() or 0) == "live"

    def wait_for(self, cluster: str, *, is_healthy: bool) -> None:
        """Wait until the gateway sees a cluster's only instance as told."""
        for _ in range(500):
            if self._is_healthy(cluster) is is_healthy:
                return
            assert self.process.poll() is None, self.log.read_text()
            self.pause.wait(0.01)
        raise AssertionError(f"{cluster} did not become {is_healthy=}: {self.log.read_text()}")

    def _is_healthy(self, cluster: str) -> bool | None:
        try:
            answer = httpx.get(f"http://{self.admin}/clusters?format=json", timeout=1)
        except httpx.TransportError:
            return None
        for status in answer.json().get("cluster_statuses", []):
            if status["name"] == cluster and status.get("host_statuses"):
                health = status["host_statuses"][0]["health_status"]
                return set(health) == {"eds_health_status"}
        return None

    def get_many(
        self, count: int, path: str = "/search", halfway: Callable[[], object] = lambda: None
    ) -> Counter[tuple[int, str | None]]:
        """Ask many times over eight connections; do something when half is answered."""
        tickets = iter(range(count))

        def ask() -> list[tuple[int, str | None]]:
            with closing(HTTPConnection(str(self.listen), timeout=10)) as connection:
                found = []
                for ticket in tickets:
                    if ticket == count // 2:
                        halfway()
                    connection.request("GET", path)
                    answer = connection.getresponse()
                    answer.read()
                    found.append((answer.status, answer.headers["X-Served-By"]))
                return found

        with ThreadPoolExecutor(8) as pool:
            asked = [pool.submit(ask) for _ in range(8)]
            return Counter(pair for some in asked for pair in some.result())

    def wait_until_answered_by(self, name: str) -> None:
        """Return when the gateway has found out who can answer."""
        for _ in range(1000):
            if self.client.get("/search").headers.get("x-served-by") == name:
                return
            self.pause.wait(0.01)
        raise AssertionError(f"never answered by {name}")

    def logged(self, request_id: str) -> dict[str, object]:
        """Return the access log's line of a request; it is written after the answer."""
        for _ in range(500):
            for line in self.log.read_text().splitlines():
                if line.startswith("{") and request_id in line:
                    found: dict[str, object] = json.loads(line)
                    return found
            self.pause.wait(0.01)
        raise AssertionError(f"{request_id} was not logged")

    def close(self) -> None:
        self.client.close()
        self.process.terminate()
        self.process.wait(5)
        self.monolith.close()
        self.search.close()


def _hasty(cluster: dict[str, Any]) -> dict[str, Any]:
    """Look at the service's health ten times a second, so that no test waits for it long."""
    for check in cluster.get("health_checks", []):
        check.update(interval="0.1s", no_traffic_interval="0.1s")
    if "outlier_detection" in cluster:
        cluster["outlier_detection"].update(interval="0.1s", base_ejection_time="0.1s")
    return cluster


FILE = Path(routes.__file__).with_name("routes.toml")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    site = Site(tmp_path_factory.mktemp("envoy"), routes.load(FILE))
    site.start()
    yield site
    site.close()


@pytest.fixture(scope="session")
def make_site() -> Callable[[Path, tuple[Route, ...]], Site]:
    """Return what starts a site with routes of a test's own; the test closes it."""

    def start(path: Path, declared: tuple[Route, ...]) -> Site:
        site = Site(path, declared)
        site.start()
        return site

    return start


@pytest.fixture
def site(running: Site) -> Site:
    """The running site, with both origins well again."""
    for origin in (running.monolith, running.search):
        origin.status, origin.is_ready = 200, True
        origin.released.set()
    running.move(standing("cutover"))
    running.wait_until_answered_by("search")
    running.client.cookies.clear()
    running.monolith.seen.clear()
    running.search.seen.clear()
    return running


@pytest.fixture
def writable(tmp_path: Path) -> Iterator[Site]:
    """A site whose route takes POST too."""
    search, *_ = routes.load(FILE)
    site = Site(tmp_path, (replace(search, methods=("GET", "POST")),))
    site.start()
    yield site
    site.close()
