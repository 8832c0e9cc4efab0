"""A wire to an HTTP server that is cut at a request: before the server hears it, or after."""

import socket
import threading
from contextlib import suppress
from typing import Literal
from urllib.parse import urlsplit

Moment = Literal["unheard", "unanswered"]
_REQUEST = b" HTTP/1.1\r\n"


class Wire:
    """Passes everything on, but for the one request that it is told to cut at."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._target = str(parts.hostname), parts.port or 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._left = 0
        self._moment: Moment = "unheard"
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self, number: int, moment: Moment) -> None:
        """Cut at the ``number``-th request from now."""
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
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, socket.create_connection(self._target) as server, suppress(OSError):
            is_cut = threading.Event()
            answers = threading.Thread(target=_down, args=(server, client, is_cut), daemon=True)
            answers.start()
            while said := client.recv(65536):
                self._left -= said.count(_REQUEST)
                if _REQUEST in said and self._left == 0:
                    if self._moment == "unheard":
                        client.shutdown(socket.SHUT_RDWR)
                        return
                    is_cut.set()
                server.sendall(said)


def _down(server: socket.socket, client: socket.socket, is_cut: threading.Event) -> None:
    with suppress(OSError):
        while (said := server.recv(65536)) and not is_cut.is_set():
            client.sendall(said)
        # It has answered, so it has done it; nobody is told.
        client.shutdown(socket.SHUT_RDWR)
