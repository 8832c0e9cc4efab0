"""`python -m tests.bench.gateways.origin PORT NAME`: answers a page, as fast as an origin can.

Enters: requests without a body; a query that ends with `bytes=N` asks for a page so heavy. Leaves:
one answer each, with what the monolith says above its pages and who gave it. It reads nothing but
the ends of requests and that number, so that it is never what is measured.
"""

import asyncio
import re
import sys
from functools import cache
from typing import cast

import uvloop

from .pages import SMALL

_ASKED = re.compile(rb"bytes=(\d+) HTTP/1\.1\r\n")
_HEAD = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nVary: Cookie\r\n"
    b"Cache-Control: private, no-cache\r\nX-Served-By: %s\r\nX-Frame-Options: DENY\r\n"
    b"Content-Length: %d\r\nContent-Security-Policy: base-uri 'none'; default-src 'self'; "
    b"frame-ancestors 'none'; form-action 'self'; object-src 'none'\r\n"
    b"X-Content-Type-Options: nosniff\r\nReferrer-Policy: same-origin\r\n"
    b"Cross-Origin-Opener-Policy: same-origin\r\nServer: origin\r\n\r\n"
)


class Origin(asyncio.Protocol):
    """Answers each blank line."""

    name = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.rest = b""

    def data_received(self, data: bytes) -> None:
        *asked, self.rest = (self.rest + data).split(b"\r\n\r\n")
        for request in asked:
            found = _ASKED.search(request)
            self.transport.write(page(self.name, int(found[1]) if found else SMALL))


@cache
def page(name: bytes, size: int) -> bytes:
    """Return a whole answer."""
    return _HEAD % (name, size) + b"x" * size


async def serve(port: int, name: bytes) -> None:
    """Serve until killed."""
    Origin.name = name
    server = await asyncio.get_running_loop().create_server(Origin, "127.0.0.1", port, backlog=1024)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1]), sys.argv[2].encode()))
