"""The extracted notifications: how soon, how many, and each of them once.

Enters: nothing, or a ready stack. Leaves, by parts that may be asked for alone: how long one home
takes to be matched with 100,000 saved searches; how many decisions a second are made durably; how
fast a first start reads what there is; how soon a change is a letter in the mail sink, and how
fast many letters go; what arrived twice or not at all under a hundred faults.
"""

import statistics
from collections.abc import Iterator
from typing import Any

from tests.bench.candidates import run
from tests.bench.database import own_database
from tests.bench.notifying import letters
from tests.bench.stacks import own_stack
from tests.faults.letters.faults import FAULTS
from tests.faults.letters.rounds import Round, play, settle, town
from tests.faults.rounds import rounds
from tests.running_stack import Stack

SAVED_SEARCHES = 100_000
_HOMES = 2_000
# Who looks for homes, and the homes that are reduced, where decisions are counted.
_LOOKING, _REDUCED = 2_000, 300
# Each of them has a saved search and three favourites.
_PEOPLE = 5_000
_SEED, _FAULTS = 7, 100
_SERVICE = {
    "DJANGO_SETTINGS_MODULE": "consumers.notifications.settings",
    "NOTIFICATIONS_SECRET_KEY": "of the benchmark alone",
}
# It is named and never asked.
_NO_DATABASE = {"NOTIFICATIONS_DATABASE_URL": "postgres://nobody@127.0.0.1/none"}


def measure_match(_: Stack, __: int, ___: float) -> dict[str, Any]:
    """Return {"match_ms": {"saved_searches", "p50", "p95", "p99", "cpu", …}}."""
    settings = _SERVICE | _NO_DATABASE
    return {"match_ms": run("notifying.match", settings, str(SAVED_SEARCHES), str(_HOMES))}


def measure_decisions(_: Stack, repeats: int, __: float) -> dict[str, Any]:
    """Return the median over the repeats, and each of them."""
    with own_stack({}, "--only", "postgres,redis") as stack:
        runs = [_decide(stack) for _ in range(repeats)]
    median = statistics.median(each["decisions_s"] for each in runs)
    return {"decisions_s": round(median), "decisions": runs}


def _decide(stack: Stack) -> dict[str, Any]:
    with own_database(stack) as database:
        settings = stack.environment() | _SERVICE | {"NOTIFICATIONS_DATABASE_URL": database}
        return run("notifying.decisions", settings, str(_LOOKING), str(_REDUCED))


def measure_start(_: Stack, __: int, ___: float) -> dict[str, Any]:
    """Return {"first_start": {"rows", "seconds", "tables": {…: {"rows", "seconds", "rows_s"}}}}."""
    with own_stack({}, "--only", "postgres") as stack, own_database(stack) as database:
        settings = stack.environment() | _SERVICE | {"NOTIFICATIONS_DATABASE_URL": database}
        return {"first_start": run("notifying.start", settings, str(_PEOPLE))}


def measure_letters(stack: Stack, repeats: int, seconds: float) -> dict[str, Any]:
    return letters.measure(stack, repeats, seconds)


def measure_kills(_: Stack, __: int, ___: float) -> dict[str, Any]:
    """Return what `make faults FAULTS="--only notifications"` counts, on a stack of its own."""
    with own_stack({}) as stack:
        played = list(_rounds(stack))
    verdict = played[-1].verdict
    return {
        "kills": sum(len(each.faults) for each in played),
        "letters": verdict.expected,
        "by_kind": verdict.by_kind,
        "doubles": len(verdict.doubled),
        "missing": len(verdict.missing),
        "unasked": len(verdict.unasked),
        "refused": verdict.refused,
        "returned": verdict.returned,
        "unknown": verdict.unknown,
    }


def _rounds(stack: Stack) -> Iterator[Round]:
    done = 0
    with town(stack, _SEED):
        for number, faults in rounds(_SEED, len(FAULTS), of=FAULTS):
            yield play(stack, _SEED, number, faults)
            done += len(faults)
            if done >= _FAULTS:
                break
    yield settle(stack, number)


PARTS = {
    "match": measure_match,
    "decisions": measure_decisions,
    "start": measure_start,
    "letters": measure_letters,
    "kills": measure_kills,
}
ALONE = ("match", "decisions", "start", "kills")


def table(outcome: dict[str, Any]) -> str:
    """Return the figures for a person."""
    lines = _matching(outcome["match_ms"]) if "match_ms" in outcome else []
    if "decisions_s" in outcome:
        lines += [_deciding(each) for each in outcome["decisions"]]
        lines.append(f"{outcome['decisions_s']:,} decisions/s in the median")
    if "first_start" in outcome:
        lines += _starting(outcome["first_start"])
    if "event_to_smtp_ms" in outcome:
        lines += _sending(outcome)
    if "kills" in outcome:
        names = ("doubles", "missing", "unasked", "refused", "returned", "unknown")
        told = ", ".join(f"{outcome[name]} {name}" for name in names)
        lines.append(f"{outcome['kills']} faults, {outcome['letters']:,} letters: {told}")
    return "\n".join(lines)


def _sending(outcome: dict[str, Any]) -> list[str]:
    told = outcome["event_to_smtp_ms"]
    figures = " ".join(f"{name} {told[name]}" for name in ("p50", "p95", "p99"))
    return [
        f"commit to the mail server at {told['rate']} events/s, ms: {figures}",
        f"{outcome['mails_s']} letters/s from a backlog",
    ]


def _deciding(told: dict[str, Any]) -> str:
    return (
        f"{told['decisions']:,} decisions, {told['an_event']} an event:"
        f" {told['decisions_s']:,}/s at {told['cpu_us']} µs of CPU each"
    )


def _starting(told: dict[str, Any]) -> list[str]:
    return [
        *(
            f"{row['rows']:,} {name}: {row['rows_s']:,}/s at {row['cpu_us']} µs of CPU each"
            for name, row in told["tables"].items()
        ),
        f"a first start with {told['rows']:,} rows in {told['seconds']} s",
    ]


def _matching(told: dict[str, Any]) -> list[str]:
    lines = [f"{'a home among searches, ms':30} {'p50':>8} {'p95':>8} {'p99':>8}"]
    for name, row in (("by the clock", told), ("of the processor", told["cpu"])):
        lines.append(f"  {name:28} {row['p50']:8} {row['p95']:8} {row['p99']:8}")
    searches, seconds = told["saved_searches"], told["filled_s"]
    return [
        *lines,
        f"{searches:,} searches read in {seconds} s; a home fits {told['found']:,} of them",
    ]
