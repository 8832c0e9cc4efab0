"""Where homes are: positions enter, neighbourhoods, streets and house numbers leave.

The county is halved again and again, across its wider side, until each part holds about fifty
homes: a street. Six cuts from the top, the parts are neighbourhoods; four cuts, ZIP codes. So
neighbours share their street, and streets their neighbourhood, as on a real map.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from monolith.listings.stock import names
from monolith.listings.stock.facts import Facts

ZIP_CUTS, NEIGHBOURHOOD_CUTS, STREET_CUTS = 4, 6, 9


@dataclass(frozen=True, slots=True)
class Place:
    address: str
    neighbourhood: str
    zip_code: str


def assign(homes: Sequence[Facts]) -> dict[int, Place]:
    """Give every home, by its number, a place; the same homes always get the same places."""
    return {
        number: place
        for part, members in enumerate(_halve(list(homes), STREET_CUTS))
        for number, place in _settle(part, members)
    }


def _halve(homes: list[Facts], cuts: int) -> Iterator[list[Facts]]:
    if not cuts:
        yield homes
        return
    homes.sort(key=_by_longitude if _is_wide(homes) else _by_latitude)
    middle = len(homes) // 2
    yield from _halve(homes[:middle], cuts - 1)
    yield from _halve(homes[middle:], cuts - 1)


def _is_wide(homes: list[Facts]) -> bool:
    longitudes = [home.longitude for home in homes] or [0.0]
    latitudes = [home.latitude for home in homes] or [0.0]
    # At this latitude a degree of longitude is three quarters as long as one of latitude.
    return (max(longitudes) - min(longitudes)) * 0.75 > max(latitudes) - min(latitudes)


def _by_longitude(home: Facts) -> tuple[float, int]:
    return home.longitude, home.number


def _by_latitude(home: Facts) -> tuple[float, int]:
    return home.latitude, home.number


def _settle(part: int, members: list[Facts]) -> Iterator[tuple[int, Place]]:
    name = names.STREETS[part * 37 % len(names.STREETS)]
    kind = names.STREET_KINDS[part // len(names.STREETS) % len(names.STREET_KINDS)]
    neighbourhood = names.NEIGHBOURHOODS[part >> (STREET_CUTS - NEIGHBOURHOOD_CUTS)]
    zip_code = names.ZIP_CODES[part >> (STREET_CUTS - ZIP_CUTS)]
    first = 101 + part * 7 % 48 * 100
    for position, home in enumerate(members):
        address = f"{first + position * 7} {name} {kind}"
        yield home.number, Place(address, neighbourhood, zip_code)
