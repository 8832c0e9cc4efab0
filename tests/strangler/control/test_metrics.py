"""What whoever collects metrics is told, with and without a gateway."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from django.core.management import call_command
from django.db import OperationalError, connections
from pytest_django import Settings
from rest_framework.test import APIClient

from strangler.control import services
from strangler.control.ledger import Author
from strangler.envoy.answers import METRIC
from strangler.envoy.clusters import Address
from strangler.envoy.configuration import Configuration
from strangler.routes import Route

pytestmark = [
    pytest.mark.django_db(databases=["default", "strangler"]),
    pytest.mark.urls("strangler.control.urls"),
]

COUNTED = "".join(
    f'{METRIC}{{route="search",asked="search-or-monolith",answered_by="{who}"}} {count}\n'
    for who, count in (("search", 98), ("monolith", 2))
)


class Admin(BaseHTTPRequestHandler):
    """Envoy's admin, as far as its counters are asked for."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(COUNTED.encode())

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def admin(config: Configuration, settings: Settings) -> Iterator[None]:
    with HTTPServer(("127.0.0.1", 0), Admin) as server:
        thread = Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        settings.STRANGLER = replace(config, admin=Address("127.0.0.1", server.server_port))
        yield
        server.shutdown()
        thread.join()


def test_a_fallback_is_seen_by_machines_and_people(
    config: Configuration, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    with admin(config, settings):
        told = APIClient().get("/metrics")
        assert told["content-type"].startswith("text/plain; version=0.0.4")
        assert COUNTED in told.content.decode()
        assert "\nbanyan_gateway_up 1\n" in told.content.decode()
        found = APIClient().get("/api/routes/search").json()["answers"]
        assert found == {
            **{"by_service": 98, "by_monolith": 2, "by_nobody": 0, "errors": 0, "behind": 0},
            **{"fallback_percent": 2.0, "error_percent": 2.0},
        }
        call_command("route", "show", "search")
        said = capsys.readouterr().out
        assert "98 answered by the service, 2 by the monolith in its stead (2.0 %)" in said
        call_command("route", "show", "search", "--json")
        assert json.loads(capsys.readouterr().out)["answers"] == found


def test_where_things_stand_is_told_without_a_gateway(config: Configuration, search: Route) -> None:
    def told() -> str:
        return str(APIClient().get("/metrics").content.decode())

    assert 'banyan_route_percent{route="search",stage="canary"} 0\n' in told()
    assert "banyan_gateway_up 0\n" in told()
    author = Author("anna", "all")
    services.set_route(config, search, "cutover", author)
    assert 'banyan_route_percent{route="search",stage="cutover"} 100\n' in told()
    assert "banyan_revisions_waiting 1\n" in told()
    services.close(author)
    assert 'banyan_route_percent{route="search",stage="cutover"} 0\n' in told()
    assert "banyan_all_to_monolith 1\n" in told()
    services.resume(author)
    services.close(author, search)
    assert 'banyan_route_percent{route="search",stage="monolith"} 0\n' in told()


def test_that_the_database_is_away_is_told_beside_the_gateways_own(
    config: Configuration, settings: Settings
) -> None:
    def refuse(*_: object) -> None:
        raise OperationalError("The server is away.")

    with admin(config, settings), connections["strangler"].execute_wrapper(refuse):
        told = APIClient().get("/metrics")

    assert told.status_code == 200
    assert "\nbanyan_control_database_up 0\n" in told.content.decode()
    assert COUNTED in told.content.decode()
    assert "banyan_route_percent" not in told.content.decode()
