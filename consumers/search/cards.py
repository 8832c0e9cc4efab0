"""How a home looks in a row of homes: a stored row enters, a card leaves.

The extracted copy of the monolith's module: the same words, numbers and drawings.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LABELS = {"active": "For sale", "pending": "Sale pending", "sold": "Sold"}
# The outlines in `static/site/homes.svg`, by the word for a home's stories.
SHAPES = {
    "One": "one",
    "One and a half": "half",
    "Two": "two",
    "Two and a half": "two",
    "Three": "two",
    "Bi-level": "split",
    "Multi-level": "split",
}
WALLS = {
    "Brick": "brick",
    "Part brick": "brick",
    "Stone": "stone",
    "Concrete block": "stone",
    "Stucco": "stucco",
    "Metal or vinyl": "vinyl",
}


@dataclass(frozen=True, slots=True)
class Card:
    """A home as a page shows it, every number already in words."""

    url: str
    title: str
    place: str
    price: str
    previous_price: str
    facts: tuple[str, ...]
    status: str
    status_label: str
    art: "Art"
    # From the place that was asked for, if one was.
    distance: str = ""


@dataclass(frozen=True, slots=True)
class Art:
    """Which drawing stands for the home, until there are photographs."""

    sky: int
    shape: str
    wall: str
    has_garage: bool


def as_card(row: Mapping[str, Any]) -> Card:
    return Card(
        url=url(row),
        title=row["title"],
        place=f"{row['address']}, {row['neighbourhood']} {row['zip_code']}",
        price=dollars(row["price"]),
        previous_price=dollars(row["previous_price"]) if row["previous_price"] else "",
        facts=tuple(facts(row)),
        status=row["status"],
        status_label=LABELS.get(row["status"], row["status"]),
        art=art(row),
        distance=away(row["distance_m"]) if "distance_m" in row else "",
    )


def art(row: Mapping[str, Any]) -> Art:
    return Art(
        sky=row["id"] % 6,
        shape=SHAPES.get(row["stories"], "one"),
        wall=WALLS.get(row["wall"], "wood"),
        has_garage=row["garage"] in ("Attached", "Detached", "Carport"),
    )


def dollars(amount: int) -> str:
    return f"${amount:,}"


def away(metres: int) -> str:
    return f"{metres / 1609.344:.1f} miles away"


def facts(row: Mapping[str, Any]) -> list[str]:
    baths = row["baths"] + row["half_baths"] / 2
    found = (
        (row["beds"], f"{row['beds']} bed{'' if row['beds'] == 1 else 's'}"),
        (baths, f"{baths:g} bath{'' if baths == 1 else 's'}"),
        (row["living_area"], f"{row['living_area']:,} sq ft"),
        (row["lot_size"], f"{row['lot_size']:,} sq ft lot"),
        (row["year_built"], f"built {row['year_built']}"),
    )
    # Zero means that nobody measured it.
    return [text for value, text in found if value]


def url(row: Mapping[str, Any]) -> str:
    return f"/homes/{row['id']}-{row['slug']}/"
