"""The door, spoken to byte by byte: what is bad is refused, what is good arrives as it was sent."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from strangler.envoy.clusters import Address
from strangler.envoy.keeper import Keeper
from strangler.envoy.limits import Limits

from .wire import Scribe, Wire, ask, gateway

pytestmark = [pytest.mark.stack, pytest.mark.timeout(60)]

HOST = b"Host: homes.example\r\n"
POST = b"POST /a HTTP/1.1\r\n" + HOST
GET = b"GET /a HTTP/1.1\r\n" + HOST
CHUNKED = b"Transfer-Encoding: chunked\r\n"
LAST = b"0\r\n\r\n"


@pytest.fixture(scope="module")
def origin() -> Iterator[Scribe]:
    scribe = Scribe()
    yield scribe
    scribe.close()


@pytest.fixture(scope="module")
def keeper(origin: Scribe, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keeper]:
    bounds = Limits(headers=0.3, idle=0.5)
    folder = tmp_path_factory.mktemp("door")
    with gateway(folder, origin.address, limits=bounds, private_paths=("/internal/",)) as keeper:
        yield keeper


@pytest.fixture
def door(keeper: Keeper, origin: Scribe) -> Address:
    origin.heard.clear()
    origin.answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    origin.refusal = b""
    origin.go_on.clear()
    return keeper.config.listen


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(POST + b"Content-Length: 5\r\n" + CHUNKED + b"\r\n" + LAST, id="CL and TE"),
        pytest.param(POST + CHUNKED + b"Content-Length: 5\r\n\r\n" + LAST, id="TE and CL"),
        pytest.param(POST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello", id="two CL"),
        pytest.param(POST + b"Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello", id="twice CL"),
        pytest.param(POST + b"Content-Length: 5, 5\r\n\r\nhello", id="a list of CL"),
        pytest.param(POST + b"Content-Length: +5\r\n\r\nhello", id="signed CL"),
        pytest.param(POST + b"Content-Length: -1\r\n\r\n", id="negative CL"),
        pytest.param(POST + b"Content-Length : 5\r\n\r\nhello", id="blank before the colon"),
        pytest.param(POST + b"Transfer-Encoding: xchunked\r\n\r\n" + LAST, id="unknown TE"),
        pytest.param(POST + b"Transfer-Encoding: identity\r\n\r\n", id="identity TE"),
        pytest.param(POST + CHUNKED + b"Transfer-Encoding: identity\r\n\r\n" + LAST, id="two TE"),
        pytest.param(POST + b"Transfer-Encoding : chunked\r\n\r\n" + LAST, id="blank after TE"),
        pytest.param(POST + CHUNKED + b"\r\n5\nhello\n0\n\n", id="bare LF after a chunk's size"),
        pytest.param(POST + CHUNKED + b"\r\n5;a=\nb\r\nhello\r\n" + LAST, id="LF in an extension"),
        pytest.param(POST + CHUNKED + b"\r\n-5\r\nhello\r\n" + LAST, id="negative chunk"),
        pytest.param(GET + b"X-A: b\x00c\r\n\r\n", id="NUL in a header"),
        pytest.param(GET + b"X A: b\r\n\r\n", id="blank in a name"),
        pytest.param(b"GET /a\x00b HTTP/1.1\r\n" + HOST + b"\r\n", id="NUL in the path"),
        pytest.param(b"GET /a%00b HTTP/1.1\r\n" + HOST + b"\r\n", id="NUL in the path, spelled"),
        pytest.param(b"GET /a b HTTP/1.1\r\n" + HOST + b"\r\n", id="blank in the path"),
        pytest.param(b"GET /a#b HTTP/1.1\r\n" + HOST + b"\r\n", id="fragment in the path"),
        pytest.param(b"GET /a HTTP/1.1\r\n\r\n", id="no host"),
    ],
)
def test_what_two_readers_could_read_differently_is_refused(
    door: Address, origin: Scribe, raw: bytes
) -> None:
    status, _ = ask(door, raw)
    assert status in (400, 501)
    assert ask(door, b"GET /after HTTP/1.1\r\n" + HOST + b"\r\n")[0] == 200
    assert [heard.line for heard in origin.heard] == [b"GET /after HTTP/1.1"]


@pytest.mark.parametrize(
    ("raw", "name", "value"),
    [
        pytest.param(GET + b"X-A: b\r\n c\r\n\r\n", "X-A", "b c", id="folded header"),
        pytest.param(GET + b"X-A: b\nX-B: c\r\n\r\n", "X-B", "c", id="bare LF"),
        pytest.param(GET + b"X-A: b\rX-B: c\r\n\r\n", "X-A", "bX-B: c", id="bare CR"),
    ],
)
def test_what_envoy_reads_leniently_it_never_hands_on_as_it_came(
    door: Address, origin: Scribe, raw: bytes, name: str, value: str
) -> None:
    assert ask(door, raw)[0] == 200
    (heard,) = origin.heard
    assert heard.named(name) == [value]
    assert heard.head.count(b"\n") == heard.head.count(b"\r") == heard.head.count(b"\r\n")
    assert b"\r\n " not in heard.head


def test_a_chunks_extension_does_not_arrive(door: Address, origin: Scribe) -> None:
    assert ask(door, POST + CHUNKED + b"\r\n5;a=b\r\nhello\r\n" + LAST)[0] == 200
    (heard,) = origin.heard
    assert heard.body == b"5\r\nhello\r\n0\r\n\r\n"


def test_what_the_door_takes_from_a_head_does_not_come_in_by_a_trailer(
    door: Address, origin: Scribe
) -> None:
    trailer = b"0\r\nX-Banyan-Bucket: 1\r\nX-Forwarded-For: 192.0.2.9\r\n\r\n"
    said = POST + CHUNKED + b"Trailer: X-Banyan-Bucket\r\n\r\n5\r\nhello\r\n" + trailer
    with Wire(door) as wire:
        # The next one begins where it should: nothing of the trailer was taken for its head.
        assert wire.say(said).answer()[1] == b"ok"
        assert wire.say(GET + b"\r\n").answer()[1] == b"ok"
    first, second = origin.wait_for(2)
    assert first.body == b"5\r\nhello\r\n0\r\n\r\n"
    assert second.line == b"GET /a HTTP/1.1"


def test_two_requests_in_one_write_are_two_at_the_origin(door: Address, origin: Scribe) -> None:
    with Wire(door) as wire:
        wire.say(GET + b"\r\n" + b"GET /b HTTP/1.1\r\n" + HOST + b"\r\n")
        answers = b""
        while answers.count(b"\r\n\r\nok") < 2:
            answers += wire.socket.recv(4096)
    assert [heard.line for heard in origin.heard] == [b"GET /a HTTP/1.1", b"GET /b HTTP/1.1"]


def test_names_order_and_doubles_stay_as_they_were_written(door: Address, origin: Scribe) -> None:
    origin.answer = (
        b"HTTP/1.1 200 Just Fine\r\nX-WeIrD: 1\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n"
        b"Content-Encoding: br\r\nContent-Length: 2\r\n\r\nok"
    )
    with Wire(door) as wire:
        response, _ = wire.say(GET + b'X-OdD: 1\r\nCookie: a=1; b="2"\r\n\r\n').answer()
    (heard,) = origin.heard
    assert [name for name, _ in heard.headers][:3] == ["Host", "X-OdD", "Cookie"]
    assert heard.named("cookie") == ['a=1; b="2"']
    assert response.reason == "Just Fine"
    assert [pair for pair in response.getheaders() if pair[0] != "date"] == [
        ("X-WeIrD", "1"),
        ("Set-Cookie", "a=1"),
        ("Set-Cookie", "b=2"),
        ("Content-Encoding", "br"),
        ("Content-Length", "2"),
    ]


def test_nothing_that_belongs_to_one_hop_is_handed_on(door: Address, origin: Scribe) -> None:
    ask(
        door,
        GET + b"Connection: X-Hop, keep-alive\r\nX-Hop: 1\r\nKeep-Alive: 3\r\n\r\n",
    )
    (heard,) = origin.heard
    assert not {name.lower() for name, _ in heard.headers} & {"x-hop", "keep-alive", "connection"}


def test_a_client_cannot_say_what_a_proxy_says(door: Address, origin: Scribe) -> None:
    ask(
        door,
        GET + b"X-Forwarded-For: 9.9.9.9\r\nX-Forwarded-Host: evil\r\nForwarded: for=9.9.9.9\r\n"
        b"X-Forwarded-Proto: https\r\nX_Forwarded_Proto: https\r\nX-Real-IP: 9.9.9.9\r\n"
        b"X_Banyan_Staff: true\r\nX-Banyan-Staff: true\r\nx-envoy-retry-on: 5xx\r\n"
        b"X-Banyan-Shadow: 1\r\nX-Envoy-Attempt-Count: 7\r\n\r\n",
    )
    (heard,) = origin.heard
    assert heard.named("x-forwarded-proto") == ["http"]
    assert len(heard.named("x-forwarded-for")) == 1
    assert b"9.9.9.9" not in heard.head
    assert b"evil" not in heard.head
    assert b"staff" not in heard.head.lower()
    assert b"retry" not in heard.head.lower()
    # Marks: of a copy, which may write nothing, and of one that is asked again.
    assert not heard.named("x-banyan-shadow")
    assert heard.named("x-envoy-attempt-count") == ["1"]


def test_an_internal_header_of_an_origin_does_not_reach_the_client(
    door: Address, origin: Scribe
) -> None:
    origin.answer = (
        b"HTTP/1.1 200 OK\r\nX-Banyan-Groups: ,pilot,\r\nX-Envoy-Upstream-Service-Time: 3\r\n"
        b"Content-Length: 0\r\n\r\n"
    )
    with Wire(door) as wire:
        response, _ = wire.say(GET + b"\r\n").answer()
    assert {name.lower() for name, _ in response.getheaders()} == {"content-length", "date"}


def test_http_1_0_is_answered_even_without_a_host(door: Address, origin: Scribe) -> None:
    origin.answer = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"
    with Wire(door) as wire:
        response, body = wire.say(b"GET /a HTTP/1.0\r\n\r\n").answer()
        assert (response.version, response.status, body) == (10, 200, b"ok")
        assert response.getheader("transfer-encoding") is None
    assert origin.heard[0].named("host") == [str(door)]


def test_whether_to_go_on_is_the_origins_to_say(door: Address, origin: Scribe) -> None:
    with Wire(door) as wire:
        wire.say(POST + b"Expect: 100-continue\r\nContent-Length: 5\r\n\r\n")
        assert wire.socket.recv(100).startswith(b"HTTP/1.1 100")
        assert wire.say(b"hello").answer()[0].status == 200
    (heard,) = origin.heard
    assert heard.body == b"hello"


def test_an_origin_that_wants_no_body_is_not_sent_one(door: Address, origin: Scribe) -> None:
    origin.refusal = b"HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno"
    with Wire(door) as wire:
        wire.say(POST + b"Expect: 100-continue\r\nContent-Length: 500000000\r\n\r\n")
        # Nobody went before the origin and said to go on.
        response, body = wire.answer()
        assert (response.status, body) == (413, b"no")
    assert not origin.heard


def test_early_hints_reach_the_client_before_the_answer_does(door: Address, origin: Scribe) -> None:
    origin.answer = (
        b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\nX-Banyan-Groups: a\r\n\r\n"
        b"<pause>HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    )
    with Wire(door) as wire:
        early = wire.say(GET + b"\r\n").socket.recv(4096)
        assert early == b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n"
        origin.go_on.set()
        assert wire.answer()[1] == b"ok"


@pytest.mark.parametrize(
    ("path", "arrives"),
    [
        ("/homes/../admin/", "/admin/"),
        ("/homes/%2e%2e/admin/", "/admin/"),
        ("/homes\\..\\admin/", "/admin/"),
        ("/../../etc/passwd", "/etc/passwd"),
        ("/%73earch", "/search"),
        ("/a%zz%2", "/a%zz%2"),
        ("//a//b/./c", "//a//b/c"),
        ("/caf%C3%A9/%c3%a9", "/caf%C3%A9/%c3%a9"),
        ("/a%2fb;c=d,e/(f)'!*$&+=:@", "/a%2fb;c=d,e/(f)'!*$&+=:@"),
        ("/a?b=../c&d=%zz&e=%2e%2e", "/a?b=../c&d=%zz&e=%2e%2e"),
    ],
)
def test_a_path_is_read_as_a_browser_does(
    door: Address, origin: Scribe, path: str, arrives: str
) -> None:
    assert ask(door, f"GET {path} HTTP/1.1\r\n".encode() + HOST + b"\r\n")[0] == 200
    assert origin.heard[0].line == f"GET {arrives} HTTP/1.1".encode()


@pytest.mark.parametrize(
    "path",
    [
        "/internal/keys",
        "/x/../internal/keys",
        "/internal%2fkeys",
        "/%69nternal%2Fkeys",
        "/internal/",
    ],
)
def test_a_private_path_does_not_exist_however_it_is_spelled(
    door: Address, origin: Scribe, path: str
) -> None:
    assert ask(door, f"GET {path} HTTP/1.1\r\n".encode() + HOST + b"\r\n")[0] == 404
    assert not origin.heard


def test_a_path_that_does_not_begin_with_a_slash_is_refused(door: Address, origin: Scribe) -> None:
    assert ask(door, b"GET %2finternal/keys HTTP/1.1\r\n" + HOST + b"\r\n")[0] == 400
    assert not origin.heard


@pytest.mark.parametrize(
    ("more", "status"),
    [
        (b"X-A: " + b"a" * 61 * 1024, 431),
        (b"\r\n".join(b"X-%d: a" % n for n in range(120)), 431),
        (b"X-A: " + b"a" * 50 * 1024, 200),
    ],
)
def test_what_is_too_large_is_refused(door: Address, more: bytes, status: int) -> None:
    assert ask(door, GET + more + b"\r\n\r\n")[0] == status


def test_where_bodies_are_bounded_each_has_to_say_its_length(
    origin: Scribe, tmp_path: Path
) -> None:
    origin.heard.clear()
    with gateway(tmp_path, origin.address, limits=Limits(body=5)) as keeper:

        def answer(more: bytes) -> int:
            return ask(keeper.config.listen, POST + more)[0]

        assert answer(b"Content-Length: 6\r\n\r\n") == 413
        assert answer(b"Content-Length: 99999999999999\r\n\r\n") == 413
        assert answer(CHUNKED + b"\r\n5\r\nhello\r\n" + LAST) == 411
        assert not origin.heard
        assert answer(b"Content-Length: 5\r\n\r\nhello") == 200


def test_whoever_drips_a_request_is_not_waited_for(door: Address, origin: Scribe) -> None:
    with Wire(door) as wire:
        response, _ = wire.say(GET + b"X-A: ").answer()
        assert response.status == 408
        assert wire.is_closed()
    assert not origin.heard


def test_a_connection_that_nobody_uses_is_closed(door: Address) -> None:
    with Wire(door) as wire:
        assert wire.is_closed()


def test_an_answer_reaches_the_client_as_it_is_made(door: Address, origin: Scribe) -> None:
    origin.answer = (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"9\r\ndata: 1\n\n\r\n<pause>9\r\ndata: 2\n\n\r\n0\r\n\r\n"
    )
    with Wire(door) as wire:
        heard = b""
        wire.say(GET + b"\r\n")
        while b"data: 1\n\n" not in heard:
            heard += wire.socket.recv(4096)
        assert b"data: 2" not in heard
        origin.go_on.set()
        while not heard.endswith(b"0\r\n\r\n"):
            heard += wire.socket.recv(4096)
        assert b"data: 2\n\n" in heard


def test_a_websocket_goes_both_ways(door: Address, origin: Scribe) -> None:
    origin.answer = (
        b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
    )
    with Wire(door) as wire:
        wire.say(GET + b"Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += wire.socket.recv(4096)
        assert head.startswith(b"HTTP/1.1 101")
        wire.say(b"\x00frame")
        assert wire.socket.recv(100) == b"\x00FRAME"


def test_an_upload_reaches_the_origin_while_it_is_sent(
    origin: Scribe, tmp_path: Path, door: Address
) -> None:
    half = b"x" * 4_000_000
    with gateway(tmp_path, origin.address) as free, Wire(free.config.listen) as wire:
        wire.say(POST + b"Content-Length: %d\r\n\r\n" % (2 * len(half)) + half)
        with origin.changed:
            assert origin.changed.wait_for(lambda: origin.first_bytes > 0, 5)
        assert not origin.heard
        assert wire.say(half).answer()[0].status == 200
    assert len(origin.heard[0].body) == 2 * len(half)


def test_what_a_trusted_proxy_says_is_believed(
    origin: Scribe, tmp_path: Path, door: Address
) -> None:
    with gateway(tmp_path, origin.address, trusted_hops=1) as behind:
        ask(
            behind.config.listen,
            GET + b"X-Forwarded-For: 9.9.9.9\r\nX-Forwarded-Proto: https\r\n"
            b"X-Forwarded-Host: homes.example\r\nX-Banyan-Staff: true\r\n\r\n",
        )
    (heard,) = origin.heard
    assert heard.named("x-forwarded-for")[0].startswith("9.9.9.9,")
    assert heard.named("x-forwarded-proto") == ["https"]
    assert heard.named("x-forwarded-host") == ["homes.example"]
    assert not heard.named("x-banyan-staff")


def test_one_connection_too_many_is_closed_and_the_others_stay(
    origin: Scribe, tmp_path: Path, door: Address
) -> None:
    with (
        gateway(tmp_path, origin.address, limits=Limits(connections=1)) as narrow,
        Wire(narrow.config.listen) as first,
    ):
        assert first.say(GET + b"\r\n").answer()[0].status == 200
        with Wire(narrow.config.listen) as second:
            assert second.is_closed()
        assert first.say(GET + b"\r\n").answer()[0].status == 200
