"""Parts of the map with an edge: what a search asks for enters, who lies inside leaves.

Whether a place belongs is told exactly, by the very formula of the monolith where it has one. How
far inside it lies is told in metres on a plane, good enough to spare the question to whole cells.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
import shapely
from numpy.typing import NDArray

from consumers.criteria.places import METRES_PER_DEGREE, Box, Place, Spot, squeeze

Degrees = NDArray[np.float64]


class Region(Protocol):
    """A part of the map; equal ones have equal hashes."""

    def __hash__(self) -> int: ...

    @property
    def box(self) -> Box:
        """Give a box that holds all of it."""

    def holds(self, places: Sequence[Place]) -> Sequence[bool]:
        """Tell of each place whether it belongs, exactly."""

    def depths(self, latitudes: Degrees, longitudes: Degrees) -> Degrees:
        """Give each place's distance from the edge in metres, negative outside."""


@dataclass(frozen=True, slots=True)
class Circle:
    """All that is no further from a place."""

    middle: Spot
    metres: int

    @property
    def box(self) -> Box:
        return self.middle.around(self.metres)

    def holds(self, places: Sequence[Place]) -> Sequence[bool]:
        return [metres <= self.metres for metres in self.middle.metres(places)]

    def depths(self, latitudes: Degrees, longitudes: Degrees) -> Degrees:
        north = latitudes - self.middle.latitude
        east = (longitudes - self.middle.longitude) * squeeze(self.middle.latitude)
        return self.metres - np.hypot(north, east) * METRES_PER_DEGREE


@dataclass(frozen=True)
class Drawn:
    """All that lies within a line drawn from corner to corner and back, or on it."""

    corners: tuple[Place, ...]

    @cached_property
    def box(self) -> Box:
        latitudes, longitudes = zip(*self.corners, strict=True)
        return Box(min(latitudes), min(longitudes), max(latitudes), max(longitudes))

    def holds(self, places: Sequence[Place]) -> Sequence[bool]:
        latitudes, longitudes = np.array(places, dtype=float).reshape(-1, 2).T
        inside: Sequence[bool] = shapely.intersects_xy(self.outline, longitudes, latitudes).tolist()
        return inside

    def depths(self, latitudes: Degrees, longitudes: Degrees) -> Degrees:
        places = shapely.points(self._on_plane(np.column_stack((longitudes, latitudes))))
        away: Degrees = shapely.distance(places, self._plane.exterior)
        signed: Degrees = np.where(shapely.intersects(self._plane, places), away, -away)
        return signed

    @cached_property
    def outline(self) -> shapely.Polygon:
        """Give it as a polygon of longitudes and latitudes."""
        outline = shapely.Polygon([(longitude, latitude) for latitude, longitude in self.corners])
        shapely.prepare(outline)
        return outline

    @cached_property
    def _plane(self) -> shapely.Polygon:
        plane = shapely.transform(self.outline, self._on_plane)
        shapely.prepare(plane)
        return plane

    def _on_plane(self, places: Degrees) -> Degrees:
        narrow = squeeze((self.box.south + self.box.north) / 2)
        plane: Degrees = places * np.array([narrow, 1.0]) * METRES_PER_DEGREE
        return plane
