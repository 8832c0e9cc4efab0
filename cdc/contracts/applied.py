"""How two keepers of the same rows compare them without moving them.

Enters: (key, version) pairs. Leaves: for each range of keys a count and a checksum, which
PostgreSQL, the auditor and every consumer compute alike: the sum over the range's pairs of
the first eight hex digits of the MD5 of `key:version`. Only ranges that differ are opened.

A consumer answers for a topic of rows at `<its address>/applied/<topic>`, in JSON:

    /applied                             {"topics": ["listing.cdc.…"]}
    /applied/<topic>?size=1000           {"offsets": {"0": 17}, "sums": [[range, rows, checksum]]}
    /applied/<topic>?size=1000&range=3   {"offsets": {"0": 17}, "versions": [[key, version]]}

``range`` is the key divided by ``size``, rounded down; ``offsets`` are the next ones
wanted of each partition, and never ahead of what the rest of the answer has applied.
"""

from collections import defaultdict
from collections.abc import Iterable
from hashlib import md5
from typing import NamedTuple

Key = int | str
Versioned = tuple[Key, int]


class Sum(NamedTuple):
    """What is told of a range in place of its pairs."""

    rows: int
    checksum: int


def term(key: Key, version: int) -> int:
    """Give what one pair adds to its range's checksum."""
    return int(md5(f"{key}:{version}".encode(), usedforsecurity=False).hexdigest()[:8], 16)


def summed(versions: Iterable[tuple[int, int]], size: int) -> dict[int, Sum]:
    """Sum pairs by ``key // size``; a key that stands there twice counts twice."""
    sums: dict[int, Sum] = defaultdict(lambda: Sum(0, 0))
    for key, version in versions:
        rows, checksum = sums[key // size]
        sums[key // size] = Sum(rows + 1, checksum + term(key, version))
    return dict(sums)
