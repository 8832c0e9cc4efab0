"""The containers' health script: a connection, or an address that answers 200, in Bash alone."""

import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from stack.environment import ROOT
from stack.ports import HOST

ANSWERS = ROOT / "stack" / "compose" / "answers.sh"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Serve 200 at /healthz and 404 elsewhere."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/healthz" else 404)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Keep the test's output clean."""

    with HTTPServer((HOST, 0), Handler) as http:
        threading.Thread(target=http.serve_forever, args=(0.01,), daemon=True).start()
        yield f"{HOST}:{http.server_port}"
        http.shutdown()


def _answers(*words: str) -> bool:
    return (
        subprocess.run(["bash", ANSWERS, *words], capture_output=True, check=False).returncode == 0
    )


def test_the_health_script_tells_good_answers_from_bad_ones_and_none(server: str) -> None:
    assert _answers(server)
    assert _answers(server, "/healthz")
    assert not _answers(server, "/readyz")
    # Nothing listens on port 1.
    assert not _answers(f"{HOST}:1")
    assert not _answers(f"{HOST}:1", "/healthz")
