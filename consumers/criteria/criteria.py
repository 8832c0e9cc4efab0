"""What a search asks for, checked and free of forms and engines."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from consumers.criteria.places import Box, Spot, box_of, metres_of, spot_of
from consumers.criteria.query import Node, parse
from consumers.criteria.regions import Circle, Drawn, Region
from consumers.criteria.statuses import FOR_SALE, LISTED

# Parameter → field and whether it is the lower end.
BOUNDS = {
    "price_min": ("price", True),
    "price_max": ("price", False),
    "beds_min": ("beds", True),
    "baths_min": ("baths", True),
    "area_min": ("living_area", True),
    "area_max": ("living_area", False),
    "lot_min": ("lot_size", True),
    "lot_max": ("lot_size", False),
    "year_min": ("year_built", True),
    "year_max": ("year_built", False),
}
FACETS = ("stories", "wall", "garage", "neighbourhood")
_STATUSES = {"": FOR_SALE, "any": LISTED}


@dataclass(frozen=True, slots=True)
class Criteria:
    """One search; an empty part is no condition."""

    statuses: tuple[str, ...] = FOR_SALE
    sort: str = "newest"
    # Field → lowest and highest value.
    ranges: Mapping[str, tuple[int | None, int | None]] | None = None
    exact: Mapping[str, str] | None = None
    box: Box | None = None
    # Where distances are measured from, and how far a match may be.
    near: Spot | None = None
    metres: int | None = None
    # A part of the map that somebody drew.
    area: Drawn | None = None
    # Put on the market, or reduced in price, at that second or later.
    listed_since: int | None = None
    reduced_since: int | None = None
    has_words: bool = False
    words: Node | None = None

    @property
    def circle(self) -> Circle | None:
        """Give where a match may be when that is so far from a place."""
        if self.near is None or self.metres is None:
            return None
        return Circle(self.near, self.metres)

    @property
    def regions(self) -> tuple[Region, ...]:
        """Give the parts of the map with an edge that is not a box's."""
        return tuple(region for region in (self.circle, self.area) if region is not None)

    @property
    def is_void(self) -> bool:
        """Tell that nothing can match: there were words, all of them stop words."""
        return self.has_words and self.words is None


def criteria_of(asked: Mapping[str, Any]) -> Criteria:
    """Give the criteria in a valid form's data."""
    ranges: dict[str, tuple[int | None, int | None]] = {}
    for name, (field, is_lower) in BOUNDS.items():
        if (value := asked[name]) is not None:
            low, high = ranges.get(field, (None, None))
            ranges[field] = (value, high) if is_lower else (low, value)
    status = asked["status"]
    return Criteria(
        statuses=_STATUSES.get(status, (status,)),
        sort=asked["sort"] or "newest",
        ranges=ranges,
        exact={name: asked[name] for name in FACETS if asked[name]},
        box=box_of(asked["box"]) if asked["box"] else None,
        near=spot_of(asked["near"]) if asked["near"] else None,
        metres=metres_of(asked["within"]) if asked["within"] else None,
        has_words=bool(asked["q"]),
        words=parse(asked["q"]),
    )
