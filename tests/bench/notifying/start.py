"""How long a first start takes: all accounts, favourites and saved searches, as a snapshot tells.

Enters: numbers of rows. Leaves: rows a second, from the first record read to the last commit, by
the service's real handlers and configuration; the topics are in memory.
"""

import json
import sys
import time
from collections.abc import Iterator
from typing import Any

import django

from tests.bench.notifying import crowd

# Of each account.
_FAVOURITES = 3


def main(accounts: int) -> None:
    """Print the figures."""
    django.setup()
    from django.core.management import call_command

    from consumers.notifications.handlers import notifications
    from consumers.runtime.settings import setting
    from consumers.runtime.testing.line import Line

    call_command("migrate", verbosity=0)
    line: Line[None] = Line(notifications, config=setting("CONSUMER_CONFIG"))
    line.clock.move(time.time() - line.clock())
    told = {name: _read(line, rows) for name, rows in _rows(accounts).items()}
    rows, seconds = (sum(each[name] for each in told.values()) for name in ("rows", "seconds"))
    print(json.dumps({"rows": rows, "seconds": round(seconds, 1), "tables": told}))


def _rows(accounts: int) -> dict[str, Iterator[tuple[Any, dict[str, Any]]]]:
    from cdc.contracts.tables import ACCOUNTS, FAVOURITES, SAVED_SEARCHES

    everybody = range(1, accounts + 1)
    asked = zip(everybody, crowd.searches(accounts), strict=True)
    return {
        "accounts": ((ACCOUNTS, {"id": number}) for number in everybody),
        "saved searches": (
            (SAVED_SEARCHES, {"id": n, "account_id": n, "criteria": json.dumps(criteria)})
            for n, criteria in asked
        ),
        "favourites": (
            (FAVOURITES, {"id": whose * _FAVOURITES + n, "account_id": whose, "listing_id": n})
            for whose in everybody
            for n in range(1, _FAVOURITES + 1)
        ),
    }


def _read(line: Any, rows: Iterator[tuple[Any, dict[str, Any]]]) -> dict[str, Any]:
    count = 0
    for count, (table, columns) in enumerate(rows, start=1):  # noqa: B007
        line.row(table, columns, "r", snapshot="true")
    begun, cpu = time.perf_counter(), time.process_time()
    line.loop.turn()
    while any(line.broker.lag().values()):
        line.loop.turn()
    seconds, cpu = time.perf_counter() - begun, time.process_time() - cpu
    return {
        "rows": count,
        "seconds": round(seconds, 2),
        "rows_s": round(count / seconds),
        "cpu_us": round(cpu / count * 1e6, 1),
    }


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
