"""A port that nobody uses at the moment."""

import socket
from contextlib import ExitStack, closing, suppress


def free_port() -> int:
    """Return its number; another program could take it before we do, which is rare enough."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def neighbouring_ports(count: int) -> int:
    """Return the first of so many ports in a row that nobody uses at the moment."""
    while True:
        first = free_port()
        with ExitStack() as probes, suppress(OSError):
            for number in range(count):
                probe = probes.enter_context(closing(socket.socket()))
                probe.bind(("127.0.0.1", first + number))
            return first
