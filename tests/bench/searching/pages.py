"""Both searches over HTTP, on the same cores, about the same homes: the monolith's and ours.

Enters: a ready stack. Leaves: milliseconds, answers a second and their ratio, of pages and of JSON.
The two take turns, a few questions at a time, so that a slow minute of the machine touches both.
"""

import time
from collections.abc import Iterator
from itertools import cycle, islice
from typing import Any
from urllib.parse import urlencode

from tests.bench.figures import summarise
from tests.bench.searching.clients import CLIENTS, Side
from tests.bench.searching.questions import questions
from tests.running_stack import Stack

# Who answers, and the processes that work for it.
SIDES = {"search-web": ("search-web",), "monolith": ("monolith", "postgres")}
_TURN = 48
_NUMBER = 1_000


def measure(stack: Stack, repeats: int, seconds: float) -> dict[str, Any]:
    """Return the figures; ``seconds`` of load for each kind of answer in each repeat."""
    page = _in_turns(stack, "/search", repeats * seconds)
    api = _in_turns(stack, "/api/v1/search", repeats * seconds)
    search, monolith = (page[name] for name in SIDES)
    return {
        "http_ms": summarise(search.latencies_ms),
        "monolith_http_ms": summarise(monolith.latencies_ms),
        "ratio": round(search.per_second / monolith.per_second, 2),
        "pages": _rates(page),
        "json": _rates(api),
        "clients": CLIENTS,
    }


def _rates(sides: dict[str, Side]) -> dict[str, dict[str, float]]:
    return {
        "per_s": {name: round(side.per_second, 1) for name, side in sides.items()},
        "cpu_ms": {name: round(side.cpu_ms, 2) for name, side in sides.items()},
    }


def _in_turns(stack: Stack, path: str, seconds: float) -> dict[str, Side]:
    turns = _turns(path)
    # The first answers of a process are not those that people get.
    for side in _sides(stack).values():
        side.ask(next(turns))
    sides = _sides(stack)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        turn = next(turns)
        for side in sides.values():
            side.ask(turn)
    return sides


def _sides(stack: Stack) -> dict[str, Side]:
    return {
        name: Side(
            stack.url(name, ""),
            [process for service in services for process in stack.family(service)],
        )
        for name, services in SIDES.items()
    }


def _turns(path: str) -> Iterator[list[str]]:
    every = cycle([f"{path}?{urlencode(asked)}" for asked in questions(_NUMBER)])
    while True:
        yield list(islice(every, _TURN))
