"""Fill an empty site: facts enter, listings and price changes leave by COPY, in one transaction.

Every home draws from random numbers of its own, so a part of the stock equals the same part of
the whole.
"""

from collections.abc import Callable, Iterator
from dataclasses import asdict
from functools import cache
from itertools import islice
from random import Random
from typing import Any

from django.core.management.color import no_style
from django.db import connection, transaction
from django.utils.text import slugify

from monolith.listings.models import Listing, PriceChange
from monolith.listings.stock import agency, facts, further, history, market, names, places, prose

SEED = 20261006
BATCH = 2500


Row = dict[str, Any]
Progress = Callable[[int, int], None]
Placed = Iterator[tuple[facts.Facts, places.Place]]


def load(limit: int | None = None, progress: Progress | None = None) -> int:
    """Load the first `limit` homes, or all, and return how many; all or nothing.

    `progress` is called with how many are written and how many there will be.
    """
    homes, found = _stock()
    total = len(homes) if limit is None else min(limit, len(homes))
    return _write(((home, found[home.number]) for home in homes[:total]), total, progress)


def add(first: int, last: int, seed: int, progress: Progress | None = None) -> int:
    """Add further homes, numbered `first` to `last`, and return how many; all or nothing."""
    homes, found = _stock()
    more = further.homes(homes, found, first, last, seed)
    return _write(more, last - first + 1, progress)


@cache
def _stock() -> tuple[tuple[facts.Facts, ...], dict[int, places.Place]]:
    # The real homes never change, and `seed` wants them right after `load_stock` did.
    homes = tuple(facts.read())
    return homes, places.assign(homes)


def _write(placed: Placed, total: int, progress: Progress | None) -> int:
    with transaction.atomic():
        agents = agency.hire()
        changes: list[Row] = []
        rows = (_row(home, place, agents, changes) for home, place in placed)
        written = 0
        while batch := list(islice(rows, BATCH)):
            _copy(Listing, batch)
            _copy(PriceChange, changes)
            changes.clear()
            written += len(batch)
            if progress:
                progress(written, total)
        _reset_sequences()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE listings_listing, listings_pricechange")
    return written


def _row(home: facts.Facts, place: places.Place, agents: list, changes: list[Row]) -> Row:
    random = Random(SEED * 100_000 + home.number)
    title, description = prose.write(home, place, random)
    standing = market.stand(home, random)
    agent = agency.choose(agents, names.NEIGHBOURHOODS.index(place.neighbourhood), random)
    measured = asdict(home)
    del measured["number"], measured["sold_on"]
    row = {
        "id": home.number,
        "slug": slugify(title),
        "title": title,
        "description": description,
        "agent_id": agent.pk,
        "seller_name": agency.seller(random),
        "updated_at": standing.reduced_at or standing.listed_at or market.REFERENCE,
        "version": 1,
        **measured,
        **asdict(place),
        **asdict(standing),
    }
    # Last, so that a home's other chances are what they were before there was a history.
    for change in history.changes(home.price, standing, random):
        changes.append({"listing_id": home.number, **asdict(change)})
        row["updated_at"] = change.changed_at
    return row


def _copy(model: type[Listing] | type[PriceChange], rows: list[Row]) -> None:
    if not rows:
        return
    statement = f"COPY {model._meta.db_table} ({', '.join(rows[0])}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(tuple(row.values()))


def _reset_sequences() -> None:
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [Listing, PriceChange]):
            cursor.execute(statement)
