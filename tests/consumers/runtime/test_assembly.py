"""A consumer is put together from what its read model needs, and nothing more."""

import subprocess
import sys

from stack.environment import ROOT


def test_a_read_model_without_a_database_needs_no_models_of_django() -> None:
    words = [sys.executable, "-c", "import consumers.runtime.assembly, tests.bench.own.noop"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
