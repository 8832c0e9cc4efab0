"""What every benchmark says its figures with: percentiles, spread, the machine.

Enters: samples. Leaves: plain numbers and a file; times are milliseconds.
"""

import json
import os
import platform
import statistics
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil

PERCENTILES = (50, 95, 99)

Summary = dict[str, float | int]


def summarise(samples_ms: Sequence[float]) -> Summary:
    """Return {"n", "p50", "p95", "p99"} of one repeat; nearest rank, as no sample is invented."""
    ranked = sorted(samples_ms)
    if not ranked:
        return {"n": 0}
    ranks = {f"p{p}": ranked[min(len(ranked) - 1, len(ranked) * p // 100)] for p in PERCENTILES}
    return {"n": len(ranked), **{name: round(value, 1) for name, value in ranks.items()}}


def over_repeats(repeats: Sequence[Summary]) -> dict[str, Any]:
    """Return each figure's median over the repeats, and its lowest and highest as spread."""
    measured = [repeat for repeat in repeats if repeat["n"]]
    names = [name for name in measured[0] if name != "n"] if measured else []
    every = {name: [repeat[name] for repeat in measured] for name in names}
    return {
        "n": sum(int(repeat["n"]) for repeat in repeats),
        **{name: statistics.median(values) for name, values in every.items()},
        "spread": {name: [min(values), max(values)] for name, values in every.items()},
    }


def machine() -> dict[str, Any]:
    """Return what the figures were measured on."""
    return {
        "cores": os.cpu_count(),
        "memory_gib": round(psutil.virtual_memory().total / 1024**3, 1),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "load_1m": round(os.getloadavg()[0], 2),
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def save(home: Path, name: str, outcome: Mapping[str, Any]) -> Path:
    """Write the outcome into the run's folder and return the file."""
    folder = home / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-{datetime.now(UTC):%Y%m%dT%H%M%S}.json"
    path.write_text(json.dumps(outcome, indent=1))
    return path
