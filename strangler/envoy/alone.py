"""One gateway at an address, and one in a folder.

On the line: before the door is opened. Envoys share a port without a word, each with a part of
the requests, and two in one folder would read each other's files.
"""

import fcntl
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from .clusters import Address

_LOCK = "in-use"


class Taken(OSError):
    """Another has the address or the folder; the message is one line."""


@contextmanager
def alone(listen: Address, folder: Path) -> Iterator[None]:
    """Hold the folder as long as the process lives; raises ``Taken``."""
    _probe(listen)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / _LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Taken(f"another gateway keeps its files in {folder}: name a --folder") from error
        yield


def _probe(listen: Address) -> None:
    try:
        (family, kind, number, _, where), *_ = socket.getaddrinfo(
            listen.host.strip("[]"), listen.port, type=socket.SOCK_STREAM
        )
        with closing(socket.socket(family, kind, number)) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(where)
    except OSError as error:
        raise Taken(f"nothing can listen at {listen}: {error.strerror}") from error
