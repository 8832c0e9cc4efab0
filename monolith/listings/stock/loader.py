"""Fill an empty site: facts enter, listings and price changes leave by COPY, in one transaction.

Every home draws from random numbers of its own, so a part of the stock equals the same part of
the whole.
"""

from collections.abc import Callable
from itertools import islice
from random import Random
from typing import Any

from django.core.management.color import no_style
from django.db import connection, transaction
from django.utils.text import slugify

from monolith.listings.models import Listing, PriceChange
from monolith.listings.stock import agency, facts, market, places, prose

SEED = 20261006
BATCH = 2500

COLUMNS = ["id", "slug", "title", "description", "address", "neighbourhood", "zip_code", "price", "previous_price", "reduced_at", "beds", "baths", "half_baths", "rooms", "living_area", "lot_size", "stories", "wall", "garage", "garage_area", "year_built", "latitude", "longitude", "status", "agent_id", "listed_at", "updated_at", "version", "seller_name"]
CHANGE_COLUMNS = ("listing_id", "old_price", "new_price", "changed_at")

Row = tuple[Any, ...]


def load(limit: int | None = None, progress: Callable[[int, int], None] | None = None) -> int:
    """Load the first `limit` homes, or all, and return how many; all or nothing.

    `progress` is called with how many are written and how many there will be.
    """
    homes = list(facts.read())
    found = places.assign(homes)
    total = len(homes) if limit is None else min(limit, len(homes))
    with transaction.atomic():
        agents = agency.hire()
        changes: list[Row] = []
        rows = (_row(home, found[home.number], agents, changes) for home in homes[:total])
        written = 0
        while batch := list(islice(rows, BATCH)):
            _copy(Listing, COLUMNS, batch)
            written += len(batch)
            if progress:
                progress(written, total)
        _copy(PriceChange, CHANGE_COLUMNS, changes)
        _reset_sequences()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE listings_listing, listings_pricechange")
    return written


def _row(home: facts.Facts, place: places.Place, agents: list, changes: list[Row]) -> Row:
    random = Random(SEED * 100_000 + home.number)
    title, description = prose.write(home, place, random)
    standing = market.stand(home, random)
    agent = agency.choose(agents, places.NEIGHBOURHOODS.index(place.neighbourhood), random)
    if standing.previous_price:
        changes.append((home.number, standing.previous_price, home.price, standing.reduced_at))
    updated_at = standing.reduced_at or standing.listed_at or market.REFERENCE
    return (
        *(home.number, slugify(title), title, description),
        *(place.address, place.neighbourhood, place.zip_code),
        *(home.price, standing.previous_price, standing.reduced_at),
        *(home.beds, home.baths, home.half_baths, home.rooms, home.living_area, home.lot_size),
        *(home.stories, home.wall, home.garage, home.garage_area, home.year_built),
        *(home.latitude, home.longitude, standing.status, agent.pk),
        *(standing.listed_at, updated_at, 1, agency.seller(random)),
    )


def _copy(model: type[Listing] | type[PriceChange], columns: Any, rows: list[Row]) -> None:
    statement = f"COPY {model._meta.db_table} ({', '.join(columns)}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _reset_sequences() -> None:
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [Listing, PriceChange]):
            cursor.execute(statement)
