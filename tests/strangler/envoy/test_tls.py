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

from .wire import Scribe, Wire, gateway

pytestmark = [pytest.mark.stack, pytest.mark.timeout(60)]

SETTINGS, HEADERS = 4, 1
WHOLE = 0x5  # END_STREAM and END_HEADERS


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


def frame(kind: int, flags: int, stream: int, payload: bytes = b"") -> bytes:
    return struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, stream) + payload


def test_http_2_is_spoken_at_the_door_and_http_1_behind_it(keeper: Keeper, origin: Scribe) -> None:
    # GET https /, by HPACK's static table, and the authority in letters.
    asked = b"\x82\x87\x84\x41\x0dhomes.example"
    with secured(keeper, "h2") as wire:
        wire.say(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(SETTINGS, 0, 0))
        wire.say(frame(HEADERS, WHOLE, 1, asked))
        lines = wire.socket.makefile("rb")
        kind, payload = -1, b""
        while kind != HEADERS:
            head = lines.read(9)
            kind, payload = head[3], lines.read(int.from_bytes(head[:3], "big"))
    # 200, by the static table; a change of the dynamic table's size may stand before it.
    assert b"\x88" in payload[:4]
    assert origin.heard[0].line == b"GET / HTTP/1.1"
    assert origin.heard[0].named("host") == ["homes.example"]
