"""Where homes are: positions enters, neighbourhoods, streets and house numbers leave.

The county is halved again and again, across its wider side, until each part holds about fifty
homes: a street. Six cuts from the top, the parts are neighbourhoods; four cuts, ZIP codes. So
neighbours share their street, and streets their neighbourhood, as on a real map.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from monolith.listings.stock.facts import Facts

ZIP_CUTS, NEIGHBOURHOOD_CUTS, STREET_CUTS = 4, 6, 9

ZIP_CODES = ["43604", "43605", "43606", "43607", "43608", "43609", "43610", "43611", "43612", "43613", "43614", "43615", "43616", "43617", "43620", "43623"]

NEIGHBOURHOODS = ["Alder Bend", "Arrowhead Park", "Ashland Green", "Bancroft Hills", "Bay View", "Beaver Creek", "Birchwood", "Bluffton Heights", "Canal Side", "Cedar Hollow", "Cherry Grove", "Clover Field", "Copper Ridge", "Crossgates", "Dogwood Terrace", "Eagle Landing", "East Harbor", "Elm Park", "Fallen Timbers", "Farmington", "Five Points", "Forest Glen", "Fort Industry", "Foxglove", "Garden Park", "Glendale", "Glass City", "Granite Hill", "Half-Mile Creek", "Harvest Lane", "Heatherdowns", "Hickory Woods", "Highland Park", "Indian Trace", "Island View", "Ivy Court", "Juniper Hollow", "Kestrel Ridge", "Lagrange Village", "Lime City", "Linden Square", "Long Meadow", "Maple Corners", "Meadow Brook", "Mill Race", "Monroe Crossing", "North Shore", "Oak Openings", "Old Orchard", "Ottawa Park", "Overland", "Pheasant Run", "Quarry Lake", "River East", "Rosewood", "Sandstone", "Scott Park", "Swan Creek", "Tamarack", "Twin Oaks", "Vistula", "Walbridge", "Westgate", "Wildwood"]

STREET_NAMES = ["Acorn", "Adams", "Ames", "Ash", "Aspen", "Auburn", "Barrows", "Beech", "Belmont", "Bentley", "Birch", "Boxwood", "Brighton", "Brooke", "Burnham", "Calumet", "Canton", "Caroline", "Chestnut", "Clifton", "Collins", "Corbin", "Crescent", "Dayton", "Delaware", "Dorr", "Drummond", "Eastgate", "Edison", "Elder", "Erie", "Fairfax", "Fearing", "Fern", "Franklin", "Fulton", "Garfield", "Gibbons", "Grafton", "Grove", "Hamilton", "Hawthorne", "Hazel", "Holland", "Huron", "Irving", "Jackson", "Jasper", "Jefferson", "Kenwood", "Kirkwood", "Lambert", "Larch", "Laurel", "Lincoln", "Locust", "Madison", "Magnolia", "Mercer", "Mulberry", "Norwood", "Oakdale", "Oxford", "Parkside", "Pearl", "Pine", "Poplar", "Prospect", "Redwood", "Roosevelt", "Sherwood", "Spruce", "Summit", "Sycamore", "Talmadge", "Upton", "Vermont", "Walnut", "Waverly", "Willow", "Winthrop", "Woodley", "York"]
STREET_KINDS = ("Street", "Avenue", "Drive", "Lane", "Road", "Court", "Boulevard", "Place")


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
    name = STREET_NAMES[part * 37 % len(STREET_NAMES)]
    kind = STREET_KINDS[part // len(STREET_NAMES) % len(STREET_KINDS)]
    neighbourhood = NEIGHBOURHOODS[part >> (STREET_CUTS - NEIGHBOURHOOD_CUTS)]
    zip_code = ZIP_CODES[part >> (STREET_CUTS - ZIP_CUTS)]
    first = 101 + part * 7 % 48 * 100
    for position, home in enumerate(members):
        address = f"{first + position * 7} {name} {kind}"
        yield home.number, Place(address, neighbourhood, zip_code)
