"""The same requests, direct and through the gateway: what differs is told to the byte.

On the line: asked by an operator, at a deploy. Enters: two addresses and paths. Leaves:
differences. Only GET, HEAD and OPTIONS are asked, so nothing is changed by it. Each is asked
twice directly: what a site makes anew for each answer (tokens, cookies) is no difference.
"""

import gzip
import socket
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from urllib.parse import quote

from .bodies import places
from .clusters import Address

# What a hop owes its client, or says of itself: each connection has its own.
DECLARED = frozenset({"date", "connection", "keep-alive", "transfer-encoding", "x-request-id"})
PATIENCE = 30.0
_ENCODING = "content-encoding"
# What stays as it was typed: all that may stand in a target, and what is escaped already.
_AS_TYPED = "/%:@!$&'()*+,;=?"

Header = tuple[str, str]


class NoAnswer(Exception):
    """One side does not speak HTTP, or not at all; the message is one line."""


@dataclass(frozen=True, slots=True)
class Question:
    """A request, as it is written on the wire."""

    name: str
    method: str
    path: str
    headers: tuple[Header, ...] = ()
    version: str = "1.1"

    def written(self, host: str) -> bytes:
        lines = [f"{self.method} {self.path} HTTP/{self.version}", f"Host: {host}"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        return "\r\n".join([*lines, "Connection: close", "", ""]).encode()


@dataclass(frozen=True, slots=True)
class Heard:
    """An answer: its status and reason, its headers as they came, its body."""

    status: str
    headers: tuple[Header, ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class Difference:
    """What the gateway changed about the answer to a question."""

    question: Question
    what: str
    direct: str
    through: str


def questions(paths: Iterable[str]) -> Iterator[Question]:
    """Yield what a proxy is known to spoil, for each path, spelled as a browser would."""
    for path in (quote(each, safe=_AS_TYPED) for each in paths):
        yield Question("plain", "GET", path)
        yield Question("old", "GET", path, version="1.0")
        yield Question("head", "HEAD", path)
        yield Question("options", "OPTIONS", path)
        yield Question("compressed", "GET", path, (("Accept-Encoding", "gzip, br"),))
        yield Question("range", "GET", path, (("Range", "bytes=0-9"),))
        yield Question("unchanged", "GET", path, (("If-None-Match", "*"),))
        yield Question("cookies", "GET", path, (("Cookie", 'a="1;2"; b=2; a=3'),))
        yield Question("query", "GET", f"{path}?a=%2F&b=caf%C3%A9&a=.&c=%zz")
    yield Question("unknown", "GET", "/caf%C3%A9/%2Fnowhere;a=1,2/~")


def compare(
    direct: Address, through: Address, host: str, asked: Iterable[Question]
) -> Iterator[Difference]:
    """Yield every difference that is not declared; raises ``NoAnswer``."""
    for question in asked:
        first, again = (_ask(direct, host, question) for _ in range(2))
        yield from _differences(question, first, again, _ask(through, host, question))


def _differences(
    question: Question, first: Heard, again: Heard, through: Heard
) -> Iterator[Difference]:
    if through.status != first.status:
        yield Difference(question, "status", first.status, through.status)
    # A body that varies by itself varies in length, and in its tag.
    varies = {"content-length", "etag"} if first.body != again.body else set()
    varies |= {name.lower() for name, _ in set(first.headers) ^ set(again.headers)}
    before, after = (_named(heard, varies) for heard in (first, through))
    if before != after:
        yield Difference(question, "headers", _told(before, after), _told(after, before))
    read = _as_sent if first.body == again.body else _unpacked
    for place in places(*(read(heard) for heard in (first, again, through))):
        yield Difference(question, f"body, line {place.line}", *place.told())


def _as_sent(heard: Heard) -> bytes:
    return heard.body


def _unpacked(heard: Heard) -> bytes:
    """Return the body unpacked where it can be: a site may pack the same anew for each answer."""
    if "gzip" not in [value for name, value in heard.headers if name.lower() == _ENCODING]:
        return heard.body
    try:
        return gzip.decompress(heard.body)
    except (OSError, EOFError, zlib.error):
        return heard.body


def _named(heard: Heard, varies: set[str]) -> list[Header]:
    """Return the headers to compare; of those that vary by themselves only the names."""
    return [
        (name, "…" if name.lower() in varies else value)
        for name, value in heard.headers
        if name.lower() not in DECLARED
    ]


def _told(mine: list[Header], others: list[Header]) -> str:
    told = [f"{name}: {value}" for name, value in mine if (name, value) not in others]
    return " | ".join(told) or "(another order)"


def _ask(address: Address, host: str, question: Question) -> Heard:
    try:
        with socket.create_connection((address.host, address.port), PATIENCE) as connection:
            connection.sendall(question.written(host))
            response = HTTPResponse(connection, method=question.method)
            response.begin()
            # The version is each hop's own.
            status = f"{response.status} {response.reason}"
            return Heard(status, tuple(response.getheaders()), response.read())
    except (OSError, HTTPException) as error:
        raise NoAnswer(f"{address} does not answer {question.path}: {error!r}") from error
