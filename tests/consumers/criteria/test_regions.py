"""Who lies inside a region, on its edge, and how deep."""

import numpy as np
import pytest

from consumers.criteria.places import Spot
from consumers.criteria.regions import Circle, Drawn, Region

SQUARE = Drawn(((41.0, -84.0), (41.0, -83.0), (42.0, -83.0), (42.0, -84.0)))
CIRCLE = Circle(Spot(41.5, -83.5), 5_000)


def test_a_corner_and_the_line_belong_to_what_is_drawn() -> None:
    places = [(41.0, -84.0), (41.5, -83.0), (41.5, -83.5), (42.0, -82.999), (43.0, -83.5)]
    assert SQUARE.holds(places) == [True, True, True, False, False]
    assert SQUARE.holds([]) == []


def test_a_bay_does_not_belong() -> None:
    bay = Drawn(((0.0, 0.0), (0.0, 2.0), (2.0, 2.0), (0.5, 1.0), (2.0, 0.0)))
    assert bay.holds([(1.5, 1.0), (0.4, 1.0)]) == [False, True]


@pytest.mark.parametrize("region", [SQUARE, CIRCLE])
def test_depth_is_positive_inside_and_negative_outside(region: Region) -> None:
    inside, outside = region.depths(np.array([41.5, 44.0]), np.array([-83.5, -83.5]))
    assert inside > 0 > outside


def test_regions_with_the_same_edge_are_the_same() -> None:
    assert {Circle(Spot(41.5, -83.5), 5_000), Drawn(SQUARE.corners)} == {CIRCLE, SQUARE}
