"""The stock's facts: the compressed table enters, clean `Facts` leave in the order of sale.

The table is older than its format: two-digit years, seven words for stories and for walls, and
a zero where nobody measured.
"""

import csv
import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

FILE = Path(__file__).parent / "lucas_county_homes.csv.gz"

STORIES = {
    "one": "One",
    "one+half": "One and a half",
    "two": "Two",
    "two+half": "Two and a half",
    "three": "Three",
    "bilevel": "Bi-level",
    "multilvl": "Multi-level",
}
WALLS = {
    "wood": "Wood",
    "brick": "Brick",
    "partbrk": "Part brick",
    "metlvnyl": "Metal or vinyl",
    "stucdrvt": "Stucco",
    "ccbtile": "Concrete block",
    "stone": "Stone",
}
GARAGES = {
    "attached": "Attached",
    "detached": "Detached",
    "basement": "Basement",
    "carport": "Carport",
    "no garage": "No garage",
}


@dataclass(frozen=True, slots=True)
class Facts:
    """One sold home. A count or a size of zero means that it is not known."""

    number: int
    price: int
    year_built: int
    stories: str
    living_area: int
    wall: str
    beds: int
    baths: int
    half_baths: int
    garage: str
    garage_area: int
    rooms: int
    lot_size: int
    sold_on: date
    longitude: float
    latitude: float


def read(path: Path = FILE) -> Iterator[Facts]:
    """Yield the homes, numbered from 1 in the order of the file."""
    with gzip.open(path, "rt", newline="", encoding="utf-8") as table:
        for number, row in enumerate(csv.DictReader(table), start=1):
            yield _parse(number, row)


def _parse(number: int, row: dict[str, str]) -> Facts:
    return Facts(
        number=number,
        price=_whole(row["price"]),
        year_built=_whole(row["yrbuilt"]),
        stories=STORIES[row["stories"]],
        living_area=_whole(row["TLA"]),
        wall=WALLS[row["wall"]],
        beds=_whole(row["beds"]),
        baths=_whole(row["baths"]),
        half_baths=_whole(row["halfbaths"]),
        garage=GARAGES[row["garage"]],
        garage_area=_whole(row["garagesqft"]),
        rooms=_whole(row["rooms"]),
        lot_size=_whole(row["lotsize"]),
        sold_on=_date(row["sdate"]),
        longitude=float(row["lon"]),
        latitude=float(row["lat"]),
    )


def _whole(text: str) -> int:
    return int(float(text or 0))


def _date(text: str) -> date:
    # All sales are of the nineties: the century is missing, not doubtful.
    return date(1900 + int(text[:2]), int(text[2:4]), int(text[4:6]))
