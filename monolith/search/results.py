"""How a found home is told: a row enters; a result for JSON, or a card for a page, leaves.

Both are made of captured columns alone, so that a service which keeps those can tell the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Any

COLUMNS = (
    "id",
    "slug",
    "title",
    "price",
    "previous_price",
    "beds",
    "baths",
    "half_baths",
    "living_area",
    "lot_size",
    "year_built",
    "stories",
    "wall",
    "garage",
    "neighbourhood",
    "address",
    "zip_code",
    "latitude",
    "longitude",
    "status",
    "listed_at",
    "version",
)
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


@dataclass(frozen=True, slots=True)
class Art:
    """Which drawing stands for the home, until there are photographs."""

    sky: int
    shape: str
    wall: str
    has_garage: bool


def as_result(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the JSON object; the order of its keys is part of the promise."""
    result = {"id": row["id"], "url": _url(row)}
    result.update({name: row[name] for name in COLUMNS if name not in ("id", "slug")})
    result["listed_at"] = row["listed_at"].astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return result


def as_card(row: Mapping[str, Any]) -> Card:
    return Card(
        url=_url(row),
        title=row["title"],
        place=f"{row['address']}, {row['neighbourhood']} {row['zip_code']}",
        price=dollars(row["price"]),
        previous_price=dollars(row["previous_price"]) if row["previous_price"] else "",
        facts=tuple(_facts(row)),
        status=row["status"],
        status_label=LABELS.get(row["status"], row["status"]),
        art=art(row),
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


def _facts(row: Mapping[str, Any]) -> list[str]:
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


def _url(row: Mapping[str, Any]) -> str:
    return f"/homes/{row['id']}-{row['slug']}/"
