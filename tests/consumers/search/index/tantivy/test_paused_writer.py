"""A paused process keeps the index to itself: nobody else has begun when it wakes up."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from consumers.runtime.errors import StopConsumer
from consumers.search.index.tantivy.writer import TantivyWriter
from stack.environment import ROOT

_HOLD = """
import sys
from pathlib import Path
from consumers.search.index.tantivy.writer import TantivyWriter
writer = TantivyWriter(Path(sys.argv[1]))
print("open", flush=True)
sys.stdin.read()
"""


def test_a_second_writer_is_refused_while_a_paused_one_lives(tmp_path: Path) -> None:
    root = tmp_path / "index"
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(root)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as paused:
        assert paused.stdout is not None
        assert paused.stdout.readline() == b"open\n"
        paused.send_signal(signal.SIGSTOP)
        with pytest.raises(StopConsumer, match=f"process {paused.pid} already writes"):
            TantivyWriter(root)
        paused.kill()
    TantivyWriter(root).close()
