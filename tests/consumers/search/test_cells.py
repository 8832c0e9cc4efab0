"""A region's cells hold all of it, and those inside hold nothing else."""

import math
import random
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consumers.criteria.places import Place, Spot
from consumers.criteria.regions import Circle, Drawn, Region
from consumers.search.cells import COARSEST, FINEST, cells_of, cover_of, name_of

LATITUDES = st.floats(-55, 55)
LONGITUDES = st.floats(-165, 165)


def star(middle: Place, reach: float, draw: random.Random) -> Drawn:
    """Give a drawn line that does not cross itself."""
    corners = draw.randint(3, 40)
    turns = sorted(draw.uniform(0, 2 * math.pi) for _ in range(corners))
    away = [reach * draw.uniform(0.3, 1) for _ in turns]
    return Drawn(
        tuple(
            (middle[0] + far * math.sin(turn), middle[1] + far * math.cos(turn))
            for turn, far in zip(turns, away, strict=True)
        )
    )


def places_around(region: Region, draw: random.Random, count: int) -> Iterator[Place]:
    box = region.box
    for _ in range(count):
        latitude = box.south + draw.uniform(-0.1, 1.1) * (box.north - box.south)
        yield latitude, box.west + draw.uniform(-0.1, 1.1) * (box.east - box.west)


def assert_covered(region: Region, draw: random.Random) -> None:
    cover = cover_of(region, draw.choice([0, 25_000, 200_000, 5_000_000]))
    assert cover is not None
    inside, edge = set(cover.inside), set(cover.edge)
    places = list(places_around(region, draw, 300))
    for place, belongs in zip(places, region.holds(places), strict=True):
        names = set(map(name_of, cells_of(*place)))
        if names & inside:
            assert belongs, place
        elif belongs:
            assert names & edge, place


@settings(max_examples=25, deadline=None)
@given(LATITUDES, LONGITUDES, st.sampled_from([805, 3219, 16093, 80467]), st.randoms())
def test_a_circles_cells_hold_it(
    latitude: float, longitude: float, metres: int, draw: random.Random
) -> None:
    assert_covered(Circle(Spot(latitude, longitude), metres), draw)


@settings(max_examples=25, deadline=None)
@given(LATITUDES, LONGITUDES, st.floats(0.001, 1.9), st.randoms())
def test_a_drawn_areas_cells_hold_it(
    latitude: float, longitude: float, reach: float, draw: random.Random
) -> None:
    assert_covered(star((latitude, longitude), reach, draw), draw)


def test_few_homes_of_a_circle_are_near_its_edge() -> None:
    circle = Circle(Spot(41.65, -83.54), 16_093)
    cover = cover_of(circle)
    assert cover is not None
    draw = random.Random(3)
    places = list(places_around(circle, draw, 4000))
    near_edge = sum(bool(set(map(name_of, cells_of(*at))) & set(cover.edge)) for at in places)
    assert near_edge < 0.1 * sum(circle.holds(places))
    assert len(cover.inside) + len(cover.edge) < 1200


@pytest.mark.parametrize(
    "region",
    [
        Circle(Spot(75, 20), 805),
        Circle(Spot(10, 179.99), 80_467),
        Circle(Spot(90, 0), 805),
        Drawn(((40, -84), (41, -75), (42, -84))),
    ],
)
def test_where_the_earth_is_no_plane_there_is_no_cover(region: Region) -> None:
    assert cover_of(region) is None


def test_a_place_has_one_cell_of_each_size() -> None:
    cells = cells_of(41.65, -83.54)
    assert len(set(cells)) == FINEST - COARSEST + 1
    assert name_of(cells[-1]).startswith(f"8{FINEST:x}")
