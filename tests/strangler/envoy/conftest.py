"""A real Envoy between two tiny origins that do as they are told."""

import json
import socket
import subprocess
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from strangler import routes
from strangler.adapter import keys
from strangler.envoy import bootstrap, clusters, gateway, render
from strangler.envoy.clusters import Address
from strangler.envoy.files import BOOTSTRAP_FILE, Discovery, Folder
from strangler.snapshot import Snapshot
from strangler.stages import Standing


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server(ThreadingHTTPServer):
    daemon_threads = True
    # Thirty-two connections arrive at once; the default queue of five would refuse some.
    request_queue_size = 128


class Origin:
    """Answers every path with its name; ``status`` and ``hang`` make it misbehave."""

    def __init__(self, name: str, port: int = 0) -> None:
        self.name = name
        self.status = 200
        self.is_ready = True
        self.seen: list[tuple[str, str, dict[str, str]]] = []
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

        self.server = Server(("127.0.0.1", port), Handler)
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))
        self.thread.start()

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        handler.rfile.read(int(handler.headers.get("content-length", 0)))
        status = self.status
        if handler.path == "/readyz":
            status = 200 if self.is_ready else 503
        else:
            headers = {name.lower(): value for name, value in handler.headers.items()}
            self.seen.append((handler.command, handler.path, headers))
            self.released.wait(10)
        body = self.name.encode()
        handler.send_response(status)
        handler.send_header("X-Served-By", self.name)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        if handler.command != "HEAD":
            handler.wfile.write(body)

    def close(self) -> None:
        self.released.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


class Site:
    """The gateway with both origins behind it."""

    def __init__(self, path: Path) -> None:
        self.routes = routes.load(Path(routes.__file__).with_name("routes.toml"))
        self.monolith, self.search = Origin("monolith"), Origin("search")
        self.folder = Folder(path)
        self.admin = Address("127.0.0.1", free_port())
        self.listen = Address("127.0.0.1", free_port())
        keys.create_pair(path / "private.pem", path / "public.pem")
        self.key = keys.private_key(str(path / "private.pem"))
        places = {
            "monolith": Address("127.0.0.1", self.monolith.port),
            "search": Address("127.0.0.1", self.search.port),
        }
        self.clusters = Discovery.of(clusters.clusters(places))
        self.gateway = gateway.Gateway(self.admin)
        self.door = bootstrap.Door(self.listen, self.admin, path, self.key.public)
        self.folder.place_bootstrap(bootstrap.bootstrap(self.door))
        self.log = path / "envoy.log"

    def start(self) -> None:
        self.folder.place(self.clusters, self.table(Snapshot()))
        envoy = gateway.binary()
        assert envoy is not None
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [
                    *(envoy, "-c", str(self.folder.path / BOOTSTRAP_FILE)),
                    *("--disable-hot-restart", "--concurrency", "1", "-l", "warn"),
                ],
                stdout=log,
                stderr=log,
            )
        self.client = httpx.Client(base_url=f"http://{self.listen}", timeout=10)
        self.wait_for("search", is_healthy=True)

    def table(self, snapshot: Snapshot) -> Discovery:
        return Discovery.of([render.route_table(self.routes, snapshot)])

    def move(self, standing: Standing, *, all_to_monolith: bool = False) -> None:
        """Put a standing in place and wait until the gateway lives by it."""
        table = self.table(Snapshot(1, all_to_monolith, {"search": standing}))
        self.folder.place(self.clusters, table)
        assert self.gateway.took(table.version, self.gateway.refusals() or 0) == "live"

    def wait_for(self, cluster: str, *, is_healthy: bool) -> None:
        """Wait until the gateway sees a cluster's only instance as told."""
        deadline = threading.Event()
        for _ in range(500):
            if self._is_healthy(cluster) is is_healthy:
                return
            assert self.process.poll() is None, self.log.read_text()
            deadline.wait(0.01)
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

    def logged(self) -> list[dict[str, object]]:
        lines = self.log.read_text().splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    def close(self) -> None:
        self.client.close()
        self.process.terminate()
        self.process.wait(5)
        self.monolith.close()
        self.search.close()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    site = Site(tmp_path_factory.mktemp("envoy"))
    site.start()
    yield site
    site.close()


@pytest.fixture
def site(running: Site) -> Site:
    """The running site, with both origins well again."""
    for origin in (running.monolith, running.search):
        origin.status, origin.is_ready = 200, True
        origin.released.set()
        origin.seen.clear()
    running.wait_for("search", is_healthy=True)
    running.client.cookies.clear()
    return running
