"""The extracted notifications: how soon a home finds those who look for one like it.

Enters: nothing, or a ready stack. Leaves, by parts that may be asked for alone: how long one home
takes to be matched with 100,000 saved searches.
"""

from typing import Any

from tests.bench.candidates import run
from tests.running_stack import Stack

SAVED_SEARCHES = 100_000
_HOMES = 2_000
# Of processes that need no database: it is named and never asked.
_UNASKED = {
    "DJANGO_SETTINGS_MODULE": "consumers.notifications.settings",
    "NOTIFICATIONS_SECRET_KEY": "of the benchmark alone",
    "NOTIFICATIONS_DATABASE_URL": "postgres://nobody@127.0.0.1/none",
}


def measure_match(_: Stack, __: int, ___: float) -> dict[str, Any]:
    """Return {"match_ms": {"saved_searches", "p50", "p95", "p99", "cpu", …}}."""
    return {"match_ms": run("notifying.match", _UNASKED, str(SAVED_SEARCHES), str(_HOMES))}


PARTS = {"match": measure_match}
ALONE = ("match",)


def table(outcome: dict[str, Any]) -> str:
    """Return the figures for a person."""
    return "\n".join(_matching(outcome["match_ms"]) if "match_ms" in outcome else [])


def _matching(told: dict[str, Any]) -> list[str]:
    lines = [f"{'a home among searches, ms':30} {'p50':>8} {'p95':>8} {'p99':>8}"]
    for name, row in (("by the clock", told), ("of the processor", told["cpu"])):
        lines.append(f"  {name:28} {row['p50']:8} {row['p95']:8} {row['p99']:8}")
    searches, seconds = told["saved_searches"], told["filled_s"]
    return [
        *lines,
        f"{searches:,} searches read in {seconds} s; a home fits {told['found']:,} of them",
    ]
