"""More homes than were ever sold: real ones enter, similar ones with numbers of their own leave.

Each further home is a real one's neighbour in the same building: other size, other price, a day
near by, a unit of its own at the same address. The same seed makes the same homes, whatever
the number of them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from random import Random

from monolith.listings.stock.facts import Facts
from monolith.listings.stock.places import Place

# About three hundred metres, so that a neighbour is near and yet another point on a map.
_NEAR = 0.003


def homes(
    real: Sequence[Facts], places: Mapping[int, Place], first: int, last: int, seed: int
) -> Iterator[tuple[Facts, Place]]:
    """Yield the homes numbered ``first`` to ``last``, each with its place."""
    for number in range(first, last + 1):
        model = real[number % len(real)]
        unit = number // len(real)
        place = places[model.number]
        yield (
            _similar(model, number, Random(f"{seed}:{number}")),
            replace(place, address=f"{place.address}, Unit {unit}"),
        )


def _similar(model: Facts, number: int, random: Random) -> Facts:
    size = random.uniform(0.8, 1.25)
    latest = model.sold_on - timedelta(days=random.randrange(60))
    return replace(
        model,
        number=number,
        price=max(1_000, round(model.price * size * random.uniform(0.9, 1.1) / 100) * 100),
        living_area=round(model.living_area * size),
        sold_on=max(latest, model.sold_on.replace(year=1993, month=1, day=1)),
        longitude=round(model.longitude + random.uniform(-_NEAR, _NEAR), 6),
        latitude=round(model.latitude + random.uniform(-_NEAR, _NEAR), 6),
    )
