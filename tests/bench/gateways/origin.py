"""`python -m tests.bench.gateways.origin PORT NAME`: answers 2 KB, as fast as an origin can.

Enters: requests without a body. Leaves: one answer each, which says who gave it. It reads
nothing but the ends of requests, so that it is never what is measured.
"""

import asyncio
import sys
from typing import cast

import uvloop

SIZE = 2048


class Origin(asyncio.Protocol):
    """Answers each blank line."""

    answer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.rest = b""

    def data_received(self, data: bytes) -> None:
        *asked, self.rest = (self.rest + data).split(b"\r\n\r\n")
        self.transport.write(self.answer * len(asked))


async def serve(port: int, name: bytes) -> None:
    """Serve until killed."""
    Origin.answer = (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-Served-By: %s\r\n"
        b"Content-Length: %d\r\n\r\n" % (name, SIZE)
    ) + b"x" * SIZE
    server = await asyncio.get_running_loop().create_server(Origin, "127.0.0.1", port, backlog=1024)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1]), sys.argv[2].encode()))
