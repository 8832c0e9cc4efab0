"""TLS at the door: HTTP/1.1 and HTTP/2, and the origin is told that it was https."""

import datetime
import ssl
import struct
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from strangler.envoy.door import Certificate
from strangler.envoy.keeper import Keeper
from strangler.envoy.limits import Limits

from .wire import Scribe, Wire, gateway

pytestmark = [pytest.mark.stack, pytest.mark.timeout(60)]

DATA, HEADERS, SETTINGS, WINDOW_UPDATE = 0, 1, 4, 8
END_STREAM, END_HEADERS = 0x1, 0x4
WHOLE = END_STREAM | END_HEADERS


def certificate(folder: Path) -> Certificate:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "homes.example")])
    now = datetime.datetime.now(datetime.UTC)
    alternative = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(alternative, critical=False)
        .sign(key, hashes.SHA256())
    )
    files = Certificate(folder / "chain.pem", folder / "key.pem")
    files.chain.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    files.key.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return files


@pytest.fixture
def origin() -> Iterator[Scribe]:
    scribe = Scribe()
    yield scribe
    scribe.close()


@pytest.fixture
def keeper(origin: Scribe, tmp_path: Path) -> Iterator[Keeper]:
    with gateway(tmp_path, origin.address, certificate=certificate(tmp_path)) as keeper:
        yield keeper


def secured(keeper: Keeper, protocol: str) -> Wire:
    assert keeper.config.certificate
    context = ssl.create_default_context(cafile=str(keeper.config.certificate.chain))
    context.set_alpn_protocols([protocol])
    wire = Wire(keeper.config.listen)
    wire.socket = context.wrap_socket(wire.socket, server_hostname="127.0.0.1")
    assert wire.socket.selected_alpn_protocol() == protocol
    return wire


def test_https_arrives_as_https(keeper: Keeper, origin: Scribe) -> None:
    with secured(keeper, "http/1.1") as wire:
        wire.say(b"GET /a HTTP/1.1\r\nHost: homes.example\r\nX-Forwarded-Proto: http\r\n\r\n")
        assert wire.answer()[0].status == 200
    assert origin.heard[0].named("x-forwarded-proto") == ["https"]


def test_whoever_does_not_even_shake_hands_is_not_waited_for(
    origin: Scribe, tmp_path: Path
) -> None:
    hasty = Limits(headers=0.3)
    with (
        gateway(tmp_path, origin.address, certificate=certificate(tmp_path), limits=hasty) as door,
        Wire(door.config.listen) as wire,
    ):
        # The beginning of a greeting.
        assert wire.say(b"\x16\x03\x01").is_closed()


def frame(kind: int, flags: int, stream: int, payload: bytes = b"") -> bytes:
    return struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, stream) + payload


def literal(name: bytes, value: bytes) -> bytes:
    """Write a header as HPACK does one that it has never heard of."""
    return b"\x00" + bytes([len(name)]) + name + bytes([len(value)]) + value


# By HPACK's static table: https, the path /, GET or POST; and the authority in letters.
SITE, ROOT = b"\x87\x41\x0dhomes.example", b"\x84"
GET, POST = b"\x82" + SITE + ROOT, b"\x83" + SITE + ROOT
SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: homes.example\r\n\r\n"


def say_in_http_2(wire: Wire, head: bytes, body: bytes = b"") -> None:
    wire.say(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(SETTINGS, 0, 0))
    wire.say(frame(HEADERS, END_HEADERS if body else WHOLE, 1, head))
    if body:
        wire.say(frame(DATA, END_STREAM, 1, body))


def answer_in_http_2(wire: Wire) -> bytes | None:
    """Return the head of the answer, packed as it came; nothing if the stream is ended instead."""
    lines = wire.socket.makefile("rb")
    while len(head := lines.read(9)) == 9:
        payload = lines.read(int.from_bytes(head[:3], "big"))
        if head[3] == HEADERS:
            return payload
        if head[3] not in (SETTINGS, WINDOW_UPDATE):
            return None
    return None


def test_http_2_is_spoken_at_the_door_and_http_1_behind_it(keeper: Keeper, origin: Scribe) -> None:
    with secured(keeper, "h2") as wire:
        say_in_http_2(wire, GET)
        answer = answer_in_http_2(wire)
    assert answer
    # 200, by the static table; a change of the dynamic table's size may stand before it.
    assert b"\x88" in answer[:4]
    assert origin.heard[0].line == b"GET / HTTP/1.1"
    assert origin.heard[0].named("host") == ["homes.example"]


@pytest.mark.parametrize(
    ("head", "body"),
    [
        pytest.param(GET + literal(b"x-a", b"b\r\nx-c: d"), b"", id="a line's end in a value"),
        pytest.param(GET + literal(b"x-a", b"b\0c"), b"", id="NUL in a value"),
        pytest.param(GET + literal(b"x-a: b\r\nx-c", b"d"), b"", id="a line's end in a name"),
        pytest.param(GET + literal(b"X-A", b"b"), b"", id="a name in capitals"),
        pytest.param(
            b"\x82" + SITE + literal(b":path", b"/ HTTP/1.1\r\nx-a: b"),
            b"",
            id="a line's end in the path",
        ),
        pytest.param(
            SITE + ROOT + literal(b":method", b"GET /a HTTP/1.1"), b"", id="a line as method"
        ),
        pytest.param(GET + literal(b":path", b"/b"), b"", id="two paths"),
        pytest.param(GET + literal(b"connection", b"x-a"), b"", id="a hop's header"),
        pytest.param(
            POST + literal(b"transfer-encoding", b"chunked"), b"0\r\n\r\n" + SMUGGLED, id="TE"
        ),
        pytest.param(POST + literal(b"content-length", b"0"), SMUGGLED, id="CL below the body"),
        pytest.param(
            POST + literal(b"content-length", b"5") + literal(b"content-length", b"6"),
            b"hello",
            id="two CL",
        ),
    ],
)
def test_what_http_2_could_smuggle_into_http_1_is_refused(
    keeper: Keeper, origin: Scribe, head: bytes, body: bytes
) -> None:
    with secured(keeper, "h2") as wire:
        say_in_http_2(wire, head, body)
        assert answer_in_http_2(wire) is None
    with secured(keeper, "h2") as wire:
        say_in_http_2(wire, GET)
        assert answer_in_http_2(wire)
    assert [heard.line for heard in origin.heard] == [b"GET / HTTP/1.1"]


def test_what_only_the_gateway_may_say_cannot_be_said_in_http_2(
    keeper: Keeper, origin: Scribe
) -> None:
    said = (b"x-banyan-staff", b"x_banyan_staff", b"x-banyan-shadow", b"x-envoy-retry-on")
    with secured(keeper, "h2") as wire:
        claims = b"".join(literal(name, b"true") for name in said)
        say_in_http_2(wire, GET + claims + literal(b"host", b"evil.example"))
        assert answer_in_http_2(wire)
    (heard,) = origin.heard
    assert b"true" not in heard.head
    assert heard.named("host") == ["homes.example"]
