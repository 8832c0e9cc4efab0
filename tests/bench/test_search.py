"""What `manage.py bench search --json` says, by the names its readers go by; at small sizes."""

import json
import subprocess
import sys

import pytest

from stack.environment import ROOT
from tests.running_stack import Stack, clean_environment

pytestmark = pytest.mark.stack

_SMALL = """
import sys
from tests.bench import cli, search

search.LISTINGS, search.SCALE = 2_000, (2_000, 3_000, 4_000)
sys.exit(cli.main(sys.argv[1:]))
"""
_TIMES = {"n", "p50", "p95", "p99"}


def test_every_figure_has_its_name(stack: Stack) -> None:
    # Not the other engine's: it is measured as this one is, by a server of its own.
    parts = ("--only", "engine,http,visible,scale")
    said = json.loads(small_run(stack, "search", *parts, "--json", "--repeats=1", "--seconds=1"))

    for name in ("engine_ms", "http_ms", "monolith_http_ms"):
        assert set(said[name]) == _TIMES
    assert set(said["visible_ms"]) == {*_TIMES, "spread"}
    for kind in ("pages", "json"):
        assert {key: set(sides) for key, sides in said[kind].items()} == {
            "per_s": {"search-web", "monolith"},
            "cpu_ms": {"search-web", "monolith"},
        }
    for name in ("ratio", "index_docs_s", "rss_mb", "clients"):
        assert said[name] > 0
    assert [row["listings"] for row in said["scale"]] == [2_000, 3_000, 4_000]
    for row in said["scale"]:
        assert set(row) == {"listings", "p50", "p99", "index_mb", "build_s"}


def small_run(stack: Stack, *words: str) -> str:
    """Run a benchmark on the running stack and return its last line."""
    done = subprocess.run(
        [sys.executable, "-c", _SMALL, *words],
        cwd=ROOT,
        env={**clean_environment(), **stack.environment(), "BANYAN_HOME": str(stack.home)},
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    return done.stdout.splitlines()[-1]
