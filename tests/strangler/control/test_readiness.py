"""What a service says of itself at its ready path, whatever it is written in, over real sockets."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing

import pytest

from strangler.control import readiness as asking
from strangler.control.readiness import AWAY, Readiness, readiness
from strangler.envoy.clusters import Address

READY = Readiness(is_ready=True)
Serve = Callable[..., Address]


class Instance:
    """Answers each connection with the same bytes, piece by piece, and hangs up."""

    def __init__(self, pieces: tuple[bytes, ...], *, stays: bool) -> None:
        self._pieces = pieces
        self._released = threading.Event()
        self._stays = stays
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = Address("127.0.0.1", self._listener.getsockname()[1])
        self._thread = threading.Thread(target=self._answer)
        self._thread.start()

    def _answer(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with closing(connection):
                assert connection.recv(65_536).startswith(b"GET /readyz HTTP/1.1\r\n")
                for piece in self._pieces:
                    connection.sendall(piece)
                if self._stays:
                    self._released.wait(30)

    def close(self) -> None:
        self._released.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()


@pytest.fixture
def serve() -> Iterator[Serve]:
    with ExitStack() as running:

        def begin(*pieces: bytes, stays: bool = False) -> Address:
            instance = Instance(pieces, stays=stays)
            running.callback(instance.close)
            return instance.address

        yield begin


def http(body: str | bytes, status: str = "200 OK", length: int | None = None) -> bytes:
    content = body.encode() if isinstance(body, str) else body
    length = len(content) if length is None else length
    return f"HTTP/1.1 {status}\r\nContent-Length: {length}\r\n\r\n".encode() + content


def late(seconds: float) -> bytes:
    return http(json.dumps({"lag_seconds": seconds}))


@pytest.mark.parametrize(
    ("body", "lag"),
    [
        ('{"ready": true, "lag_seconds": 0.25, "listings": 7}', 0.25),
        ('{"lag_seconds": 0}', 0.0),
        ('{"lag_seconds": 1e300}', 1e300),
        (' \n{"lag_seconds": 90}\n', 90.0),
    ],
)
def test_a_service_says_how_late_it_is(serve: Serve, body: str, lag: float) -> None:
    assert readiness((serve(http(body)),)) == Readiness(True, lag)


@pytest.mark.parametrize(
    "body",
    [
        *("", "ok\n", "{}", "[]", "null", "7", '"lag_seconds"', '{"lag_seconds"', b"\xff\xfe{"),
        *('{"lag_seconds": null}', '{"lag_seconds": true}', '{"lag_seconds": "0.2"}'),
        *('{"lag_seconds": [0]}', '{"lag_seconds": -0.5}', '{"lag_seconds": -1}'),
        *('{"lag_seconds": NaN}', '{"lag_seconds": Infinity}', '{"lag_seconds": 1e999}'),
        pytest.param('{"lag_seconds": ' + "9" * 5000 + "}", id="a number of 5,000 digits"),
        pytest.param("[" * 60_000, id="deep"),
        pytest.param('{"lag_seconds": 1}' + " " * 70_000 + "x", id="long"),
    ],
)
def test_what_is_no_number_of_seconds_tells_nothing(serve: Serve, body: str | bytes) -> None:
    assert readiness((serve(http(body)),)) == READY


@pytest.mark.parametrize(
    "answer",
    [
        http('{"ready": false, "lag_seconds": 0}', "503 Service Unavailable"),
        http('{"lag_seconds": 0}', "404 Not Found"),
        http('{"lag_seconds": 0}', "202 Accepted"),
        b"",
        b"what?\r\n\r\n",
    ],
)
def test_only_200_is_ready_and_nobody_else_is_asked_how_late(serve: Serve, answer: bytes) -> None:
    assert readiness((serve(answer),)) == AWAY


def test_who_does_not_listen_is_not_ready() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as gone:
        port = gone.getsockname()[1]
    assert readiness((Address("127.0.0.1", port),)) == AWAY


def test_silence_is_not_ready_and_a_body_that_never_ends_is_not_waited_for(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "PATIENCE", 0.2)
    assert readiness((serve(stays=True),)) == AWAY
    assert readiness((serve(http('{"lag', length=900), stays=True),)) == READY


def test_an_answer_may_come_in_pieces(serve: Serve) -> None:
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    pieces = (chunked, b'8\r\n{"lag_se\r\n', b'b\r\nconds": 3.5\r\n', b"1\r\n}\r\n", b"0\r\n\r\n")
    assert readiness((serve(*pieces),)) == Readiness(True, 3.5)


def test_the_worst_of_several_instances_counts(serve: Serve) -> None:
    early, slow = serve(late(0.5)), serve(late(40))
    silent, away = serve(http("ok")), serve(http("", "503 No"))
    assert readiness((early, slow)) == readiness((slow, early)) == Readiness(True, 40)
    assert readiness((early, silent)) == READY
    assert readiness((early, away, slow)) == AWAY
