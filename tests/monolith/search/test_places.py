"""Distances and boxes: the same to the bit in SQL and in Python, and near enough to the truth."""

import random
from math import asin, cos, radians, sin, sqrt

import pytest
from django.db import connection

from monolith.listings.models import Listing
from monolith.search import queries
from monolith.search.places import METRES_PER_MILE, Spot, box_of, metres_of, plain

COUNTY = (41.4, 41.75, -83.9, -83.2)


def positions(draw: random.Random, number: int) -> list[tuple[float, float]]:
    south, north, west, east = COUNTY
    return [(draw.uniform(south, north), draw.uniform(west, east)) for _ in range(number)]


@pytest.mark.django_db
def test_the_database_measures_as_python_does_to_the_metre() -> None:
    draw = random.Random(3)
    homes = [*positions(draw, 2000), (-90.0, 180.0), (0.0, 0.0), (89.999999, -179.999999)]
    spots = [*positions(draw, 8), (41.65, -83.54), (-41.0, 170.25), (90.0, 0.0)]
    for spot in (Spot(round(y, 6), round(x, 6)) for y, x in spots):
        homes_of = Listing.objects.values_list(queries._distance(spot))
        sql, parameters = homes_of.query.sql_with_params()
        with connection.cursor() as cursor:
            cursor.execute(
                "WITH listings_listing (latitude, longitude) AS"
                f" (SELECT * FROM unnest(%s::float8[], %s::float8[])) {sql}",
                ([y for y, _ in homes], [x for _, x in homes], *parameters),
            )
            told = [metres for (metres,) in cursor.fetchall()]
        assert told == spot.metres(homes)


@pytest.mark.parametrize(("miles", "share"), [(5, 0.0005), (50, 0.005)])
def test_distances_are_as_true_as_is_promised(miles: float, share: float) -> None:
    draw = random.Random(4)
    for _ in range(500):
        latitude, longitude = draw.uniform(41.4, 41.75), draw.uniform(-83.9, -83.2)
        reach = miles / 69.2
        other = latitude + draw.uniform(-reach, reach), longitude + draw.uniform(-reach, reach)
        truth = great_circle((latitude, longitude), other)
        assert abs(Spot(latitude, longitude).metres([other])[0] - truth) <= 1 + truth * share


def great_circle(one: tuple[float, float], other: tuple[float, float]) -> float:
    (south, west), (north, east) = (tuple(map(radians, place)) for place in (one, other))
    half = sin((north - south) / 2) ** 2 + cos(south) * cos(north) * sin((east - west) / 2) ** 2
    return 2 * 6_371_008.8 * asin(sqrt(half))


def test_no_place_within_reach_is_outside_the_box_around() -> None:
    draw = random.Random(5)
    for y, x in positions(draw, 2000):
        spot = Spot(round(y, 6), round(x, 6))
        box = spot.around(800)
        latitude, longitude = y + draw.uniform(-0.01, 0.01), x + draw.uniform(-0.014, 0.014)
        is_inside = box.south <= latitude <= box.north and box.west <= longitude <= box.east
        assert is_inside or spot.metres([(latitude, longitude)])[0] > 800
    assert spot.around(0).south < spot.latitude
    assert Spot(90, 0).around(5).east >= 180


def test_degrees_are_written_in_one_way() -> None:
    assert [plain(each) for each in (-0.0, -0.0000001, 41.5, 41.1234567, 100.0, -83.0)] == [
        *("0", "0", "41.5", "41.123457", "100", "-83"),
    ]
    assert str(box_of("1,2,3.5,-4")) == "1,2,3.5,-4"
    assert (metres_of("0.5"), metres_of("50")) == (805, round(50 * METRES_PER_MILE))
