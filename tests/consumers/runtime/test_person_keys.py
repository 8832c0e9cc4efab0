"""Keys over HTTP: kept for a while, and every refusal has its type."""

from base64 import urlsafe_b64encode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from cdc.contracts.sealed import PersonErased
from consumers.runtime.errors import PoisonRecord, RetryLater, StopConsumer
from consumers.runtime.person_keys import HttpKeys


class Endpoint(BaseHTTPRequestHandler):
    """Answers about a person with the status that is the person's number."""

    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        status = int(self.path.rsplit("/", 1)[1])
        body = b'{"key": "%s"}' % urlsafe_b64encode(bytes(32))
        self.send_response(status if self.headers["Authorization"] == "Bearer mine" else 401)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def url() -> Iterator[str]:
    """Serve the endpoint."""
    Endpoint.asked = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/keys"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_key_is_asked_for_once_in_a_while(url: str) -> None:
    now = 0.0
    keys = HttpKeys(url, "mine", keep_seconds=300, clock=lambda: now)

    first = keys.key("200")
    assert keys.key("200") is first
    now = 301
    assert keys.key("200") is not first

    assert Endpoint.asked == ["/keys/200", "/keys/200"]
    keys.close()


@pytest.mark.parametrize(
    ("person", "error"),
    [("410", PersonErased), ("404", PoisonRecord), ("401", StopConsumer), ("500", RetryLater)],
)
def test_every_refusal_says_what_to_do(url: str, person: str, error: type[Exception]) -> None:
    keys = HttpKeys(url, "mine")

    with pytest.raises(error):
        keys.key(person)
    keys.close()


def test_a_monolith_that_is_away_is_asked_again_later(url: str) -> None:
    keys = HttpKeys(url.replace("http://127.0.0.1", "http://127.0.0.2"), "mine")

    with pytest.raises(RetryLater):
        keys.key("200")
    keys.close()
