"""Who is measured: a bare Envoy, our gateway before a page and in a canary, nginx.

Enters: origins. Leaves: an address and the processes whose time is counted, for each.
"""

import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from strangler import routes
from strangler.adapter import identity, key_files, keys
from strangler.adapter.identity import Person
from strangler.envoy.clusters import Address, Place, socket
from strangler.envoy.configuration import Configuration
from strangler.envoy.gateway import binary, free_address
from strangler.envoy.process import Process
from strangler.envoy.publisher import Publisher, render
from strangler.envoy.resources import Resource
from strangler.snapshot import Snapshot
from strangler.stages import standing

from .running import wait_for

PEOPLE = 2000
_ONE_THREAD = ("--concurrency", "1")
# What Firefox says when a link is followed.
_BROWSER = (
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\r\n"
    "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n"
    "Accept-Language: en-GB,en;q=0.5\r\nAccept-Encoding: gzip, deflate, br, zstd\r\n"
    "Referer: https://homes.example/search?q=garden\r\nUpgrade-Insecure-Requests: 1\r\n"
    "Sec-Fetch-Dest: document\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Site: same-origin\r\n"
    "Sec-Fetch-User: ?1\r\nConnection: keep-alive\r\n"
)
_TYPE = "type.googleapis.com/envoy.extensions.filters"


@dataclass(frozen=True, slots=True)
class Contender:
    """Where it listens, and which process it is."""

    address: Address
    pid: int

    def cpu_seconds(self) -> float:
        """Return the processor's time that it and its children have used."""
        process = psutil.Process(self.pid)
        every = [process, *process.children(recursive=True)]
        return sum(sum(each.cpu_times()[:2]) for each in every)


class Gateway:
    """Ours: rendered, started, moved, restarted."""

    def __init__(self, folder: Path, places: dict[str, Place]) -> None:
        key_files.create_pair(folder / "private.pem", folder / "public.pem")
        self.key = keys.private_key(str(folder / "private.pem"))
        self.config = Configuration(
            folder=folder / "envoy",
            listen=free_address(),
            admin=free_address(),
            places=places,
            routes_file=Path(routes.__file__).with_name("routes.toml"),
            public_key_file=str(folder / "public.pem"),
        )
        self.publisher: Publisher = render(self.config, Snapshot())
        self.process = Process(self.config.folder, self.config.admin, drain=2, words=_ONE_THREAD)

    def move(self, stage: str, percent: int | None = None) -> None:
        """Put a standing in place and return when the gateway lives by it."""
        self.publisher.take(Snapshot(1, standings={"search": standing(stage, percent)}))

    def restart(self) -> None:
        """Let another Envoy follow."""
        self.process.follow()

    @contextmanager
    def running(self) -> Iterator[Contender]:
        """Serve while the block runs, logging to a file as in earnest."""
        with (self.config.folder / "access.log").open("wb") as log:
            self.process.log = log
            self.process.start()
            try:
                yield Contender(self.config.listen, self.process.pid or 0)
            finally:
                self.process.stop()


def requests(folder: Path, path: str, size: int, key: keys.PrivateKey) -> Path:
    """Write a request for each of 2,000 people, with what a browser sends; return the file."""
    file = folder / f"requests-{path.strip('/') or 'page'}-{size}"
    now = int(time.time())
    tokens = (identity.issue(Person(f"u:{n}"), key, now) for n in range(PEOPLE))
    lines = (
        f"GET {path}?q=garden&page=2&bytes={size} HTTP/1.1\r\nHost: homes.example\r\n{_BROWSER}"
        f"Cookie: csrftoken={'c' * 32}; sessionid={'s' * 32}; banyan_id={token}\r\n\r\n"
        for token in tokens
    )
    file.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    return file


@contextmanager
def bare_envoy(folder: Path, to: Place) -> Iterator[Contender]:
    """Run an Envoy that only passes on: one listener, one route, one cluster, no log."""
    listen = free_address()
    file = folder / "bare.json"
    file.write_text(json.dumps(_bare(listen, to)))
    words = [binary() or "envoy", "-c", str(file), "-l", "error", "--disable-hot-restart"]
    process = subprocess.Popen([*words, *_ONE_THREAD], stderr=subprocess.DEVNULL)
    try:
        wait_for(listen)
        yield Contender(listen, process.pid)
    finally:
        process.terminate()
        process.wait()


def _bare(listen: Address, to: Place) -> Resource:
    router = {
        "name": "envoy.filters.http.router",
        "typed_config": {"@type": f"{_TYPE}.http.router.v3.Router"},
    }
    route = {"match": {"prefix": "/"}, "route": {"cluster": "origin"}}
    host = {"name": "all", "domains": ["*"], "routes": [route]}
    manager = {
        "@type": f"{_TYPE}.network.http_connection_manager.v3.HttpConnectionManager",
        "stat_prefix": "bare",
        "route_config": {"virtual_hosts": [host]},
        "http_filters": [router],
    }
    name = "envoy.filters.network.http_connection_manager"
    chain = {"filters": [{"name": name, "typed_config": manager}]}
    endpoints = [{"endpoint": {"address": socket(each)}} for each in to]
    assignment = {"cluster_name": "origin", "endpoints": [{"lb_endpoints": endpoints}]}
    return {
        "static_resources": {
            "listeners": [{"address": socket(listen), "filter_chains": [chain]}],
            "clusters": [{"name": "origin", "load_assignment": assignment}],
        }
    }
