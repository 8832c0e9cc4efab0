"""Whoever consumes the prefilled topic, each in a process and an environment of its own.

Enters: a topic. Leaves: what a candidate told of its run, once its count and its sum of ids have
proved that it saw every event; the figures over the repeats.
"""

import json
import os
import statistics
import subprocess
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from stack.environment import ROOT
from tests.bench.environments import python_of
from tests.bench.prefilled import Prefilled

_TOO_LONG_S = 300

Run = dict[str, Any]


def consume(module: str, topic: Prefilled, settings: Mapping[str, str]) -> Run:
    """Let one candidate read the whole topic; raises ``OSError`` when it does not."""
    group = f"bench-{uuid.uuid4().hex[:8]}"
    told = run(module, settings, topic.bootstrap, topic.topic, group, str(topic.events))
    if (told["count"], told["checksum"]) != (topic.events, topic.checksum):
        raise OSError(f"{module} saw {told['count']:,} events of {topic.events:,}, or others.")
    return told


def run(module: str, settings: Mapping[str, str], *words: str) -> Run:
    """Run a module of the benchmark and return what its last line tells; raises ``OSError``."""
    done = subprocess.run(
        [python_of(module.rpartition(".")[2]), "-m", f"tests.bench.{module}", *words],
        cwd=ROOT,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        timeout=_TOO_LONG_S,
        check=False,
    )
    if done.returncode != 0:
        raise OSError(f"{module} failed: {done.stderr[-1000:]}")
    told: Run = json.loads(done.stdout.splitlines()[-1])
    return told


def over_runs(runs: Sequence[Run]) -> Run:
    """Return the median rate with its spread, processor time for an event, and the guarantee.

    The processor's time is the steadier figure where other programs share the cores.
    """
    rates = sorted(run["count"] / run["seconds"] for run in runs)
    cpu = statistics.median(run["cpu_seconds"] / run["count"] for run in runs)
    return {
        "events_s": round(statistics.median(rates)),
        "spread": [round(rates[0]), round(rates[-1])],
        "cpu_us": round(cpu * 1e6, 1),
        "guarantee": runs[0]["guarantee"],
    }
