"""Commits on the benchmark's table at a fixed rate, and a backlog of them at full speed.

Enters: a database, a rate or a number. Leaves: for each row the moment its commit returned.
"""

import itertools
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import local

import psycopg

from tests.bench.captures import TABLE

_THREADS = 6
_INSERT = f"INSERT INTO {TABLE} (id) VALUES (%s)"

_numbers = itertools.count(1)
_own = local()


def at_rate(url: str, rate: int, seconds: float) -> dict[int, float]:
    """Insert ``rate`` rows a second, a transaction each, whatever becomes of them."""
    begun = time.monotonic() + 0.1
    total = int(rate * seconds)

    def commit(place: int) -> tuple[int, float]:
        time.sleep(max(0.0, begun + place / rate - time.monotonic()))
        number = next(_numbers)
        _connection(url).execute(_INSERT, [number])
        return number, time.monotonic()

    with ThreadPoolExecutor(_THREADS) as pool:
        moments = dict(pool.map(commit, range(total)))
        list(pool.map(_close, range(_THREADS)))
    return moments


def backlog(url: str, number: int) -> list[int]:
    """Commit ``number`` rows, a transaction each, as fast as the database takes them.

    Without waiting for the disk: the backlog only has to be there, not to have been slow.
    """
    numbers = [next(_numbers) for _ in range(number)]
    shares = [numbers[start::_THREADS] for start in range(_THREADS)]
    with ThreadPoolExecutor(_THREADS) as pool:
        list(pool.map(lambda share: _insert_all(url, share), shares))
    return numbers


def _insert_all(url: str, numbers: list[int]) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET synchronous_commit = off")
        for some in _hundreds(numbers):
            with connection.pipeline():
                for number in some:
                    connection.execute(_INSERT, [number])


def _hundreds(numbers: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(numbers), 100):
        yield numbers[start : start + 100]


def _connection(url: str) -> psycopg.Connection:
    if not hasattr(_own, "connection"):
        _own.connection = psycopg.connect(url, autocommit=True)
    found: psycopg.Connection = _own.connection
    return found


def _close(_: int) -> None:
    if hasattr(_own, "connection"):
        _own.connection.close()
        del _own.connection
