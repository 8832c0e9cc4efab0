"""An Envoy that is killed amid its words: whoever asks it finds it away, and goes on."""

import socket
import threading
from collections.abc import Iterator

import pytest

from strangler.envoy.clusters import Address
from strangler.envoy.gateway import Gateway

HALF = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhttp.gateway.rds"


@pytest.fixture
def dying() -> Iterator[Address]:
    """Whoever asks here is told half of an answer."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            while True:
                connection, _ = server.accept()
                with connection:
                    if not connection.recv(4096):
                        return
                    connection.sendall(HALF)

        thread = threading.Thread(target=answer)
        thread.start()
        place = server.getsockname()
        yield Address(*place)
        socket.create_connection(place).close()
        thread.join()


def test_half_an_answer_is_none(dying: Address) -> None:
    asked = Gateway(dying)
    assert (asked.metrics(), asked.refusals(), asked.answers("search")) == (None, None, None)
