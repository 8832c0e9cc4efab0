"""Which port each process listens on; all of them on loopback only.

Enters: the environment variable PORTS. Leaves: a number by name. Unset means the defaults,
`+N` adds N to each so that two copies run side by side, `auto` takes whatever is free.
A folder keeps the ports of its first run until PORTS says otherwise.
"""

import contextlib
import json
import socket
from collections.abc import Iterable
from pathlib import Path

import psutil

from stack.errors import PortTaken, StackError

HOST = "127.0.0.1"

DEFAULTS = {
    "gateway": 8000,
    "monolith": 8001,
    "search-web": 8002,
    "notifications-web": 8003,
    "strangler": 8010,
    "postgres": 5432,
    "redis": 6379,
    "kafka": 9092,
    "kafka-controller": 9093,
    "connect": 8083,
    "registry": 8081,
    "registry-management": 9081,
    "mail": 1025,
    "mail-page": 8025,
    "search-consumer": 9102,
    "notifications-consumer": 9103,
    "opensearch": 9200,
    "opensearch-transport": 9300,
    "gateway-admin": 9901,
    "supervisor": 9001,
}

Ports = dict[str, int]


def choose(wish: str, folder: Path) -> Ports:
    """Return the ports to use and remember them in ``folder``; raises ``StackError``."""
    memory = folder / "ports.json"
    if wish == "auto" or (not wish and memory.exists()):
        ports = DEFAULTS | _remembered(memory) if memory.exists() else _free(DEFAULTS)
    else:
        ports = {name: port + _offset(wish) for name, port in DEFAULTS.items()}
    memory.parent.mkdir(parents=True, exist_ok=True)
    memory.write_text(json.dumps(ports, indent=1))
    return ports


def _remembered(memory: Path) -> Ports:
    known: Ports = json.loads(memory.read_text())
    return known


def _offset(wish: str) -> int:
    try:
        return int(wish or "0")
    except ValueError:
        raise StackError(f"PORTS is {wish!r}; say PORTS=auto, or an offset like PORTS=+100.") from (
            None
        )


def _free(names: Iterable[str]) -> Ports:
    # All sockets stay open until every port is chosen, or one could be given twice.
    with contextlib.ExitStack() as held:
        sockets = {name: held.enter_context(socket.socket()) for name in names}
        for each in sockets.values():
            each.bind((HOST, 0))
        return {name: each.getsockname()[1] for name, each in sockets.items()}


def check_free(ports: Ports) -> None:
    """Raise ``PortTaken`` naming the first port that another program listens on."""
    for name, port in ports.items():
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError as error:
                raise PortTaken(
                    f"Port {port}, wanted for {name}, is taken{_owner(port)}. Stop that program, "
                    "or use other ports: `make up PORTS=+100`, or `make up PORTS=auto`."
                ) from error


def _owner(port: int) -> str:
    with contextlib.suppress(psutil.Error):
        for connection in psutil.net_connections("tcp"):
            is_ours = connection.laddr and connection.laddr.port == port
            if is_ours and connection.status == psutil.CONN_LISTEN and connection.pid:
                return f" by {psutil.Process(connection.pid).name()} (pid {connection.pid})"
    return ""
