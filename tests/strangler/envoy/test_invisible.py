"""A Django site answers through the gateway as it does without; nothing of it was changed."""

import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from strangler.envoy.clusters import Address
from strangler.envoy.gateway import free_address

from .wire import gateway

pytestmark = [pytest.mark.stack, pytest.mark.timeout(60)]

# What each request makes anew, with or without a gateway.
FRESH = re.compile(
    r"(csrftoken|sessionid|messages)=[^;]*|expires=[^;]*|[A-Za-z0-9]{64}|\"[0-9a-f]{32}\""
)
# Django pads what it compresses, so that no two answers are of one length.
LENGTH = b"content-length"
# Hop by hop: an answer that comes before the whole of a request ends the gateway's connection.
OF_A_HOP = {b"date", b"connection"}
# The site's download.
CONTENT = bytes(range(256)) * 20_000
TAG = '"the-only-one"'
HOST = {"host": "homes.example", "accept-encoding": "identity"}


@dataclass(frozen=True, slots=True)
class Site:
    direct: Address
    through: Address


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    direct = free_address()
    module = "tests.strangler.envoy.plain_site"
    server = subprocess.Popen([sys.executable, "-m", "stack.serve", str(direct), module])
    _wait_for(direct)
    with gateway(tmp_path_factory.mktemp("door"), direct) as keeper:
        yield Site(direct, keeper.config.listen)
    server.terminate()
    server.wait(10)


def _wait_for(address: Address) -> None:
    for _ in range(400):
        try:
            httpx.get(f"http://{address}/", headers=HOST)
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the site does not answer")


def seen(response: httpx.Response) -> tuple[Any, ...]:
    """Return an answer without what no two answers share."""
    left_out = set(OF_A_HOP)
    # HTTP forbids a length beside 204; Envoy keeps to it, Django does not.
    if response.headers.get("content-encoding") == "gzip" or response.status_code == 204:
        left_out.add(LENGTH)
    headers = [
        (name.decode(), FRESH.sub("…", value.decode()))
        for name, value in response.headers.raw
        if name.lower() not in left_out
    ]
    body = FRESH.sub("…", response.content.decode("latin-1"))
    return response.status_code, response.reason_phrase, headers, body


def counting(client: httpx.Client) -> Iterator[httpx.Response]:
    for _ in range(3):
        yield client.get("/counted")


def form_with_its_token(client: httpx.Client) -> Iterator[httpx.Response]:
    page = client.get("/form")
    yield page
    yield client.post("/form", data={"text": "a b", "csrfmiddlewaretoken": page.text})
    yield client.get("/said")
    yield client.post("/form", data={"text": "no token"})
    origin = {"origin": "http://elsewhere.example"}
    yield client.post("/form", data={"csrfmiddlewaretoken": page.text}, headers=origin)


def uploading(client: httpx.Client) -> Iterator[httpx.Response]:
    yield client.post("/upload", files={"file": ("café.bin", b"\x00\r\n\x1a" * 500_000)})
    yield client.put("/told", content=b"x" * 300_000)


def redirects(client: httpx.Client) -> Iterator[httpx.Response]:
    yield client.get("/slashed")
    yield client.get("/told?a=%2F&b=caf%C3%A9&a=..")
    yield client.get("/nowhere")


def streams(client: httpx.Client) -> Iterator[httpx.Response]:
    yield client.get("/streamed")
    yield client.get("/", headers={"accept-encoding": "gzip"})
    yield client.get("/streamed", headers={"accept-encoding": "gzip"})
    yield client.get("/download")


def spellings(client: httpx.Client) -> Iterator[httpx.Response]:
    for path in ("/caf%C3%A9/", "/told/a%20b%2Fc/%E2%82%AC", "/told//x//", "/told/%25/;a=1,2"):
        yield client.get(path)


def cookies_both_ways(client: httpx.Client) -> Iterator[httpx.Response]:
    yield client.get("/cookies")
    yield client.get("/told", headers=[(b"cookie", 'a="1;2"; b=caf\u00e9; a=2; =x'.encode())])


def methods(client: httpx.Client) -> Iterator[httpx.Response]:
    for method in ("HEAD", "OPTIONS", "PUT", "PATCH", "DELETE"):
        yield client.request(method, "/told", content=b"" if method == "HEAD" else b"{}")
    yield client.head("/download")
    yield client.get("/empty")


def conditions(client: httpx.Client) -> Iterator[httpx.Response]:
    page = client.get("/")
    yield page
    yield client.get("/", headers={"if-none-match": page.headers["etag"]})


def ranges(client: httpx.Client) -> Iterator[httpx.Response]:
    for wanted in ("bytes=10-19", "bytes=5119990-", "bytes=-7", "bytes=9999999-", "lines=1-2"):
        yield client.get("/download", headers={"range": wanted})
    for tag in (TAG, '"an-older-one"'):
        yield client.get("/download", headers={"range": "bytes=0-0", "if-range": tag})


def statuses(client: httpx.Client) -> Iterator[httpx.Response]:
    for status in (201, 400, 403, 404, 410, 425, 429, 500, 502, 503):
        yield client.get(f"/told?status={status}")
    yield client.get("/", headers={"host": "evil.example"})


VISITS = [
    counting,
    form_with_its_token,
    uploading,
    redirects,
    streams,
    spellings,
    cookies_both_ways,
    methods,
    conditions,
    ranges,
    statuses,
]


@pytest.mark.parametrize("visit", VISITS, ids=lambda visit: visit.__name__)
def test_a_visit_through_the_gateway_is_a_visit(
    site: Site, visit: Callable[[httpx.Client], Iterator[httpx.Response]]
) -> None:
    told = []
    for address in (site.direct, site.through):
        with httpx.Client(base_url=f"http://{address}", headers=HOST) as client:
            told.append([seen(response) for response in visit(client)])
    assert told[1] == told[0]


@pytest.mark.parametrize(
    ("headers", "status", "content_range", "content"),
    [
        ({"range": "bytes=10-19"}, 206, "bytes 10-19/5120000", CONTENT[10:20]),
        ({"range": "bytes=-7"}, 206, "bytes 5119993-5119999/5120000", CONTENT[-7:]),
        ({"range": "bytes=9999999-"}, 416, "bytes */5120000", b""),
        ({"range": "bytes=0-0", "if-range": TAG}, 206, "bytes 0-0/5120000", CONTENT[:1]),
        ({"range": "bytes=0-0", "if-range": '"an-older-one"'}, 200, None, CONTENT),
    ],
)
def test_a_part_of_a_file_is_that_part(
    site: Site, headers: dict[str, str], status: int, content_range: str | None, content: bytes
) -> None:
    response = httpx.get(f"http://{site.through}/download", headers={**HOST, **headers})
    assert (response.status_code, response.headers.get("content-range")) == (status, content_range)
    assert response.content == content
