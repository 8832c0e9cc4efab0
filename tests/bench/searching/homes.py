"""Homes to search among, as many as are wanted: the real stock, then neighbours of it.

Enters: a number. Leaves: listings as the search keeps them, the same ones every time. The
monolith's apps must be set up, for they make the stock.
"""

from collections.abc import Iterator
from itertools import chain
from random import Random

from django.utils.text import slugify

from consumers.search.listing import SearchListing
from monolith.listings.stock import facts, further, places, prose

_SEED = 5


def listings(number: int) -> Iterator[SearchListing]:
    """Yield that many homes, numbered from 1."""
    homes = tuple(facts.read())
    found = places.assign(homes)
    real = ((home, found[home.number]) for home in homes[:number])
    more = further.homes(homes, found, len(homes) + 1, number, _SEED)
    return (_listing(home, place) for home, place in chain(real, more))


def _listing(home: facts.Facts, place: places.Place) -> SearchListing:
    from monolith.listings.stock import market

    random = Random(_SEED * 100_000 + home.number)
    title, description = prose.write(home, place, random)
    standing = market.stand(home, random)
    return SearchListing(
        id=home.number,
        version=1,
        lsn=home.number,
        slug=slugify(title),
        title=title,
        description=description,
        address=place.address,
        neighbourhood=place.neighbourhood,
        zip_code=place.zip_code,
        price=home.price,
        previous_price=standing.previous_price,
        beds=home.beds,
        baths=home.baths,
        half_baths=home.half_baths,
        living_area=home.living_area,
        lot_size=home.lot_size,
        year_built=home.year_built,
        stories=home.stories,
        wall=home.wall,
        garage=home.garage,
        latitude=home.latitude,
        longitude=home.longitude,
        status=str(standing.status),
        listed_at=standing.listed_at,
    )
