"""How soon a reduced home is a letter in the mail sink, and how fast a backlog of them drains.

Enters: a ready stack, whose service is given the kind for everybody meanwhile. Leaves: milliseconds
from the commit of each of twenty reductions a second to the moment its letter was taken, and
letters a second when the worker comes back to many that are planned.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg

from tests.bench import writer
from tests.bench.arrivals import RowsMissing
from tests.bench.figures import over_repeats, summarise
from tests.bench.notifying import keepers
from tests.bench.notifying.sink import letters
from tests.running_stack import Stack

RATE = 20
_PEOPLE = 30
_LOWER = 1000
_BACKLOG, _BACKLOG_RATE = 300, 50
_LONGEST_S = 120
_FLAG = "alerts-price"
_KNOWN = "SELECT count(*) FROM notifications_favourite WHERE listing_id = ANY(%s)"
_PLANNED = """
SELECT count(*) FROM notifications_ledger_notification
WHERE listing_id = ANY(%s) AND state = 'planned'
"""

Homes = list[tuple[int, int]]


def measure(stack: Stack, repeats: int, seconds: float) -> dict[str, Any]:
    """Return {"event_to_smtp_ms": {"n", "p50", "p95", "p99", "spread"}, "mails_s"}."""
    writer.set_up_monolith(stack.environment())
    people = keepers.people(_PEOPLE)
    with _given(stack):
        # The first letters also open connections and compile templates.
        _latencies(stack, people, 2)
        runs = [summarise(_latencies(stack, people, seconds)) for _ in range(repeats)]
        rates = sorted(_drain(stack, people) for _ in range(repeats))
    return {
        "event_to_smtp_ms": {"rate": RATE, **over_repeats(runs)},
        "mails_s": rates[len(rates) // 2],
        "mails_s_spread": [rates[0], rates[-1]],
    }


@contextmanager
def _given(stack: Stack) -> Iterator[None]:
    words = ("strangler", "flags")
    stack.manage(*words, "set", _FLAG, "--percent", "100", "--reason", "a benchmark")
    try:
        yield
    finally:
        stack.manage(*words, "undo", _FLAG, "--reason", "the benchmark is over")


def _latencies(stack: Stack, people: Sequence[int], seconds: float) -> list[float]:
    homes = _kept_homes(stack, people, int(RATE * seconds))
    clock = time.time() - time.monotonic()
    changes = _reduce(homes, RATE, seconds)
    taken = _taken(stack, homes)
    return [max(0.0, taken[each.listing] - each.committed_at - clock) * 1000 for each in changes]


def _drain(stack: Stack, people: Sequence[int]) -> float:
    homes = _kept_homes(stack, people, _BACKLOG)
    family = stack.family("notifications-worker")
    for process in family:
        process.suspend()
    try:
        _reduce(homes, _BACKLOG_RATE, _BACKLOG / _BACKLOG_RATE)
        stack.wait_until(lambda: _count(stack, _PLANNED, homes) >= _BACKLOG, _LONGEST_S)
    finally:
        for process in family:
            process.resume()
    moments = _taken(stack, homes).values()
    return round((len(moments) - 1) / (max(moments) - min(moments)), 1)


def _kept_homes(stack: Stack, people: Sequence[int], number: int) -> Homes:
    """Return homes that one of the people keeps each, which the service knows."""
    homes = keepers.homes(number)
    for count, (home, _) in enumerate(homes):
        keepers.keep(home, [people[count % len(people)]])
    stack.wait_until(lambda: _count(stack, _KNOWN, homes) >= number, _LONGEST_S)
    return homes


def _reduce(homes: Homes, rate: int, seconds: float) -> list[writer.Change]:
    lower = [(home, price - _LOWER) for home, price in homes]
    return writer.write(lower, rate, seconds, 1, lambda _: None)


def _count(stack: Stack, query: str, homes: Homes) -> int:
    with psycopg.connect(stack.environment()["NOTIFICATIONS_DATABASE_URL"]) as service:
        ((number,),) = service.execute(query, [[home for home, _ in homes]]).fetchall()
    return int(number)


def _taken(stack: Stack, homes: Homes) -> dict[int, float]:
    """Return when each home's letter was taken. Raises ``RowsMissing``."""
    wanted = {home for home, _ in homes}
    deadline = time.monotonic() + _LONGEST_S
    while True:
        kept = letters(stack.home / "mail")
        ours = (each for each in kept if each.to.endswith(f"@{keepers.DOMAIN}"))
        taken = {home: each.at for each in ours for home in each.homes if home in wanted}
        if taken.keys() == wanted:
            return taken
        if time.monotonic() > deadline:
            raise RowsMissing(f"{len(wanted) - len(taken)} of {len(wanted)} letters did not come.")
        time.sleep(2)
