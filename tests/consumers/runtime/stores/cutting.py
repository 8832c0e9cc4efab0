"""A wire to PostgreSQL that is cut at a COMMIT: just before the server hears it, or just after."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Literal

from django.db import connection, connections

Moment = Literal["unheard", "unanswered"]
_COMMIT = b"COMMIT\0"


class Wire:
    """Passes everything on, but for the one COMMIT that it is told to cut at."""

    def __init__(self, host: str, port: int) -> None:
        self._target = host, port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._left = 0
        self._moment: Moment = "unheard"
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self, number: int, moment: Moment) -> None:
        """Cut at the ``number``-th COMMIT from now."""
        self._left, self._moment = number, moment

    @property
    def was_cut(self) -> bool:
        """Tell whether there were so many."""
        return self._left <= 0

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(self._target)
                threading.Thread(target=self._up, args=(client, server), daemon=True).start()

    def _up(self, client: socket.socket, server: socket.socket) -> None:
        is_cut = threading.Event()
        down = threading.Thread(target=_down, args=(server, client, is_cut), daemon=True)
        down.start()
        try:
            while said := client.recv(65536):
                self._left -= said.count(_COMMIT)
                if _COMMIT in said and self._left == 0:
                    is_cut.set()
                    if self._moment == "unanswered":
                        server.sendall(said)
                        # It has answered, so it has committed; nobody is told.
                        down.join()
                    return
                server.sendall(said)
        finally:
            _end(client)
            _end(server)


def _down(server: socket.socket, client: socket.socket, is_cut: threading.Event) -> None:
    with suppress(OSError):
        while (said := server.recv(65536)) and not is_cut.is_set():
            client.sendall(said)


def _end(side: socket.socket) -> None:
    # A mere close would wait for whoever still listens to it.
    with suppress(OSError):
        side.shutdown(socket.SHUT_RDWR)
    side.close()


@contextmanager
def cut_wire() -> Iterator[Wire]:
    """Lead Django's connection over a wire of ours, for the time of the block."""
    settings = connection.settings_dict
    direct = {name: settings[name] for name in ("HOST", "PORT")}
    wire = Wire(str(direct["HOST"]), int(direct["PORT"]))
    connections.close_all()
    settings |= {"HOST": "127.0.0.1", "PORT": str(wire.port)}
    try:
        yield wire
    finally:
        connections.close_all()
        settings |= direct
        wire.close()
