"""The search's own SQL: checked criteria enter, rows of listed homes leave, in a total order.

PostgreSQL's full text search reads the words (`websearch_to_tsquery`); every order ends in the
primary key, so that two pages never share a home.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db import connection
from django.db.models import Count, Expression, F, FloatField, Func, Max, Min, Q, QuerySet, Value
from django.db.models.functions import Sqrt

from monolith.listings.models import FOR_SALE, LISTED, Listing
from monolith.search.chart import Area
from monolith.search.facets import LABELS, Counts
from monolith.search.forms import FACETS
from monolith.search.places import METRES_PER_DEGREE, Box, Spot, box_of, metres_of, spot_of, squeeze
from monolith.search.results import COLUMNS

BOUNDS = {
    "price_min": "price__gte",
    "price_max": "price__lte",
    "beds_min": "beds__gte",
    "baths_min": "baths__gte",
    "area_min": "living_area__gte",
    "area_max": "living_area__lte",
    "lot_min": "lot_size__gte",
    "lot_max": "lot_size__lte",
    "year_min": "year_built__gte",
    "year_max": "year_built__lte",
}
ORDERS = {
    "newest": ("-listed_at", "-id"),
    "price_asc": ("price", "id"),
    "price_desc": ("-price", "-id"),
    "area_desc": ("-living_area", "-id"),
    "distance": ("distance", "id"),
}
STATUSES = {"": FOR_SALE, "any": LISTED}
# PostgreSQL refuses a word behind more than thirty of them; two and two say nothing.
_MANY_MINUSES = re.compile(r"(?<![^\s!&|()<\"])(?:-[\s!&|()<]*){8,}")


def matching(criteria: Mapping[str, Any]) -> QuerySet[Listing, dict[str, Any]]:
    """Return the homes that fit, as rows of `COLUMNS`."""
    homes = fitting(criteria)
    if criteria["sort"] == "distance":
        homes = homes.alias(distance=_distance(spot_of(criteria["near"])))
    return homes.order_by(*ORDERS[criteria["sort"] or "newest"]).values(*COLUMNS)


def page(criteria: Mapping[str, Any], start: int, size: int) -> list[dict[str, Any]]:
    """Return some of the homes that fit, in order."""
    homes = matching(criteria)
    if criteria["sort"] == "distance":
        # No index has this order. The nearest are chosen among the index's short rows, and only
        # those few are read in full.
        nearest = homes.values("pk")[start : start + size]
        return list(homes.filter(pk__in=nearest))
    return list(homes[start : start + size])


def fitting(criteria: Mapping[str, Any]) -> QuerySet[Listing]:
    """Return the homes that fit, in no order."""
    status = criteria["status"]
    homes = Listing.objects.filter(status__in=STATUSES.get(status, (status,)))
    if criteria["q"]:
        asked = _MANY_MINUSES.sub(_few_minuses, criteria["q"])
        words = SearchQuery(asked, config="english", search_type="websearch")
        homes = homes.filter(search_vector=words)
    return _placed(homes, criteria).filter(
        **{BOUNDS[name]: criteria[name] for name in BOUNDS if criteria[name] is not None},
        **{name: criteria[name] for name in FACETS if criteria[name]},
    )


def _few_minuses(found: re.Match[str]) -> str:
    return "---" if found[0].count("-") % 2 else "--"


def _placed(homes: QuerySet[Listing], criteria: Mapping[str, Any]) -> QuerySet[Listing]:
    if criteria["box"]:
        homes = homes.filter(_inside(box_of(criteria["box"])))
    if criteria["within"]:
        spot, metres = spot_of(criteria["near"]), metres_of(criteria["within"])
        # The box is what an index can find; the distance is what was asked.
        homes = homes.filter(_inside(spot.around(metres)))
        homes = homes.alias(away=_distance(spot)).filter(away__lte=metres)
    return homes


def _inside(box: Box) -> Q:
    return Q(latitude__range=(box.south, box.north), longitude__range=(box.west, box.east))


def _distance(spot: Spot) -> Expression:
    """Return the formula of `places.Spot.metres`, operation by operation."""
    south, west, narrow, length = (
        Value(number, FloatField())
        for number in (
            *(spot.latitude, spot.longitude),
            *(squeeze(spot.latitude), METRES_PER_DEGREE),
        )
    )
    dy, dx = F("latitude") - south, (F("longitude") - west) * narrow
    return Func(Sqrt(dy * dy + dx * dx) * length, function="round", output_field=FloatField())


def counts(criteria: Mapping[str, Any]) -> Counts:
    """Return how many of the homes that fit have each value of each facet, in one reading."""
    names = tuple(LABELS)
    homes, parameters = fitting(criteria).values_list(*names).query.sql_with_params()
    columns, sets = ", ".join(names), ", ".join(f"({name})" for name in names)
    found: dict[str, dict[Any, int]] = {name: {} for name in names}
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {columns}, count(*) FROM ({homes}) homes GROUP BY GROUPING SETS ({sets})",
            parameters,
        )
        for *values, number in cursor.fetchall():
            # A row counts one facet; the columns of the others are null.
            name, value = next(
                pair for pair in zip(names, values, strict=True) if pair[1] is not None
            )
            found[name][value] = number
    return found


def areas(criteria: Mapping[str, Any]) -> list[Area]:
    """Return where the homes that fit are, by neighbourhood."""
    homes = fitting(criteria).values_list("neighbourhood").annotate(Count("pk"))
    reaches = homes.annotate(
        *(Min("latitude"), Min("longitude")), *(Max("latitude"), Max("longitude"))
    )
    return [Area(name, count, Box(*reach)) for name, count, *reach in reaches if name]


def totals(searches: Sequence[Mapping[str, Any]]) -> list[int]:
    """Return how many homes fit each search, asked of the database at once."""
    asked = [
        fitting(criteria).values(place=Value(place)).annotate(homes=Count("pk"))
        for place, criteria in enumerate(searches)
    ]
    rows = asked[0].union(*asked[1:], all=True) if asked else []
    found = {row["place"]: row["homes"] for row in rows}
    return [found.get(place, 0) for place in range(len(searches))]


def choices() -> dict[str, list[str]]:
    """Return the values of each facet among listed homes, sorted by code point.

    Read afresh for every page: a cached list could lack a value that the page's own homes have.
    Each facet has an index of its own, and the walk jumps in it from one value to the next, so
    the cost is the number of values, not of homes.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(_walk(name) for name in FACETS))
        return dict(zip(FACETS, cursor.fetchone(), strict=True))


def _walk(column: str) -> str:
    listed = "status IN ({})".format(", ".join(f"'{status}'" for status in LISTED))
    return f"""ARRAY(
        WITH RECURSIVE walk AS (
            (SELECT min({column}) AS value FROM listings_listing WHERE {listed})
            UNION ALL
            SELECT (SELECT min({column}) FROM listings_listing
                    WHERE {listed} AND {column} > walk.value)
            FROM walk WHERE walk.value IS NOT NULL
        )
        SELECT value FROM walk WHERE value IS NOT NULL
    )"""
