"""A port that nobody uses at the moment."""

import socket
from contextlib import closing


def free_port() -> int:
    """Return its number; another program could take it before we do, which is rare enough."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
