"""The extracted search: its engine, its pages beside the monolith's, its freshness, its growth.

Enters: a ready stack. Leaves, by parts that may be asked for alone: engine times and memory at
50,000 homes, and the times of OpenSearch; both searches over HTTP; commit → visible; engine times
at up to a million homes.
"""

import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from consumers.search.index.opensearch.engine import OpenSearchEngine
from consumers.search.index.port import SearchEngine
from consumers.search.index.tantivy.engine import TantivyEngine
from stack.errors import FetchFailed
from tests.bench import writer
from tests.bench.figures import Summary, summarise
from tests.bench.searching import memory, pages, visible
from tests.bench.searching.engine import NUMBER, Built, answer_times, build
from tests.bench.searching.homes import listings
from tests.bench.searching.questions import questions
from tests.opensearch import running_server
from tests.running_stack import Stack

LISTINGS = 50_000
SCALE = (20_000, 200_000, 1_000_000)


def measure_engine(stack: Stack, repeats: int, _: float) -> dict[str, Any]:
    """Return times of an answer, documents a second, and the memory of a process of pages."""
    writer.set_up_monolith(stack.environment())
    with _folder() as folder:
        index = folder / "index"
        built, times = _measured(TantivyEngine(index), LISTINGS, repeats)
        return {
            "engine_ms": times,
            "index_docs_s": round(built.listings / built.seconds),
            "rss_mb": memory.rss_mb(stack, index, questions(NUMBER)),
        }


def measure_opensearch(stack: Stack, repeats: int, _: float) -> dict[str, Any]:
    """Return the same of OpenSearch, on a server of its own; None with the reason without one."""
    _set_up(stack)
    # A line for every question would be part of the figure.
    logging.getLogger("opensearch").setLevel(logging.WARNING)
    try:
        with _folder() as folder, running_server(folder / "server") as url:
            engine = OpenSearchEngine(url, "bench", folder / "locks")
            built, times = _measured(engine, LISTINGS, repeats)
    except (pytest.skip.Exception, FetchFailed) as reason:
        return {"opensearch_ms": None, "opensearch_missing": str(reason)}
    return {"opensearch_ms": times, "opensearch_docs_s": round(built.listings / built.seconds)}


def measure_http(stack: Stack, repeats: int, seconds: float) -> dict[str, Any]:
    return pages.measure(stack, repeats, seconds)


def measure_visible(stack: Stack, repeats: int, seconds: float) -> dict[str, Any]:
    writer.set_up_monolith(stack.environment())
    return visible.measure(stack, repeats, seconds)


def measure_scale(stack: Stack, _: int, __: float) -> dict[str, Any]:
    """Return times of an answer, size and time to build, for each number of homes."""
    _set_up(stack)
    return {"scale": [_at(number) for number in SCALE]}


def _set_up(stack: Stack) -> None:
    """Have the monolith's stock of homes at hand, where there is no stack, too."""
    if (stack.home / "stack.env").exists():
        writer.set_up_monolith(stack.environment())
    else:
        writer.set_up_monolith({}, "tests.settings")


def _at(number: int) -> dict[str, Any]:
    with _folder() as folder:
        built, times = _measured(TantivyEngine(folder), number, 1)
        size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    return {
        "listings": built.listings,
        **{name: times[name] for name in ("p50", "p99")},
        "index_mb": round(size / 1e6, 1),
        "build_s": round(built.seconds, 1),
    }


def _measured(engine: SearchEngine, number: int, repeats: int) -> tuple[Built, Summary]:
    built = build(engine, listings(number))
    return built, summarise(answer_times(engine, repeats))


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="banyan-bench-") as folder:
        yield Path(folder)


PARTS = {
    "engine": measure_engine,
    "http": measure_http,
    "visible": measure_visible,
    "opensearch": measure_opensearch,
    "scale": measure_scale,
}
# These build what they measure, and need no stack.
ALONE = ("opensearch", "scale")


def table(outcome: dict[str, Any]) -> str:
    """Return the figures for a person."""
    names = ("engine_ms", "opensearch_ms", "http_ms", "monolith_http_ms", "visible_ms")
    lines = [f"{'ms':18} {'n':>7} {'p50':>8} {'p99':>8}"]
    lines += [_row(name, outcome[name]) for name in names if outcome.get(name)]
    if "ratio" in outcome:
        lines += [_rates(kind, outcome[kind]) for kind in ("pages", "json")]
        lines.append(f"{outcome['ratio']} times the monolith's pages a second")
    if "rss_mb" in outcome:
        lines.append(f"{outcome['index_docs_s']:,} documents/s, {outcome['rss_mb']} MB to serve")
    for row in outcome.get("scale", ()):
        lines.append(_row(f"{row['listings']:,} homes", {"n": NUMBER, **row}))
        lines.append(f"  built in {row['build_s']} s, {row['index_mb']} MB")
    return "\n".join(lines)


def _rates(kind: str, rates: dict[str, dict[str, float]]) -> str:
    sides = (
        f"{side} {rate}/s at {rates['cpu_ms'][side]} ms of CPU"
        for side, rate in rates["per_s"].items()
    )
    return f"{kind}: {', '.join(sides)}"


def _row(name: str, row: dict[str, Any]) -> str:
    return f"{name:18} {row['n']:7} {row['p50']:8} {row['p99']:8}"
