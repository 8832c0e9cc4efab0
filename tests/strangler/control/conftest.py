"""A control plane with a folder of its own and the project's routes."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from pytest_django import Settings

from strangler import declared, routes
from strangler.adapter import key_files
from strangler.envoy.clusters import Address
from strangler.envoy.configuration import Configuration
from strangler.routes import Route


class Ready(BaseHTTPRequestHandler):
    """Says that it is ready, whatever is asked, and what else it is told to."""

    body = b""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="session")
def ready() -> Iterator[Address]:
    """Where a service says that it is ready."""
    with HTTPServer(("127.0.0.1", 0), Ready) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield Address("127.0.0.1", server.server_port)
        server.shutdown()
        thread.join()


@pytest.fixture
def tell_lag(ready: Address, monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Let the service say how late it is."""

    def tell(seconds: float) -> None:
        monkeypatch.setattr(Ready, "body", json.dumps({"lag_seconds": seconds}).encode())

    return tell


@pytest.fixture
def config(tmp_path: Path, settings: Settings, ready: Address) -> Configuration:
    key_files.create_pair(tmp_path / "private.pem", tmp_path / "public.pem")
    settings.IDENTITY_PRIVATE_KEY_FILE = str(tmp_path / "private.pem")
    settings.IDENTITY_PUBLIC_KEY_FILE = str(tmp_path / "public.pem")
    settings.STRANGLER = Configuration(
        folder=tmp_path / "envoy",
        listen=Address("127.0.0.1", 1),
        admin=Address("127.0.0.1", 1),
        places={"monolith": (Address("127.0.0.1", 1),), "search": (ready,)},
        routes_file=Path(routes.__file__).with_name("routes.toml"),
        flags_file=Path(declared.__file__).with_name("flags.toml"),
        public_key_file=str(tmp_path / "public.pem"),
    )
    assert isinstance(settings.STRANGLER, Configuration)
    return settings.STRANGLER


@pytest.fixture
def search(config: Configuration) -> Route:
    route, *_ = config.routes()
    return route
