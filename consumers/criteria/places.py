"""Parts of the map: texts that the form has checked enter, boxes and distances leave.

Distances are as on a plane that touches the Earth along the asked latitude: at 50 miles they are
less than half a percent off, at 5 miles less than 0.05. They use nothing but what is exact to
the last bit on any machine (+, -, *, a square root and one rounding), so that a database and a
Python process cut and sort alike; the cosine is rounded before either of them uses it.
The extracted copy of the monolith's module.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import cos, radians, sqrt

METRES_PER_DEGREE = 111_195.08
METRES_PER_MILE = 1609.344
# Latitude and longitude in degrees.
Place = tuple[float, float]
# Places are told apart to about 10 cm.
PLACES = 6


def plain(degrees: float) -> str:
    """Return the one way in which a number of degrees is written in a link."""
    # Adding zero takes the sign off a negative zero.
    return f"{round(degrees, PLACES) + 0.0:.{PLACES}f}".rstrip("0").rstrip(".")


def metres_of(miles: str) -> int:
    return round(float(miles) * METRES_PER_MILE)


@dataclass(frozen=True, slots=True)
class Box:
    """A part of the map, its edges included; it never crosses the 180th meridian."""

    south: float
    west: float
    north: float
    east: float

    def __str__(self) -> str:
        return ",".join(map(plain, (self.south, self.west, self.north, self.east)))


@dataclass(frozen=True, slots=True)
class Spot:
    """A place from which distances are measured."""

    latitude: float
    longitude: float

    def metres(self, places: Iterable[Place]) -> list[int]:
        """Return the distance to each of them; `queries` has the same formula in SQL."""
        south, west, narrow = self.latitude, self.longitude, squeeze(self.latitude)
        return [
            round(
                sqrt((dy := y - south) * dy + (dx := (x - west) * narrow) * dx) * METRES_PER_DEGREE
            )
            for y, x in places
        ]

    def around(self, metres: int) -> Box:
        """Return a box that holds every place within the distance, and some others."""
        # One more, because distances are rounded.
        reach, narrow = (metres + 1) / METRES_PER_DEGREE, squeeze(self.latitude)
        # At a pole every longitude is near.
        across = reach / narrow if narrow else 360.0
        return Box(
            self.latitude - reach,
            self.longitude - across,
            self.latitude + reach,
            self.longitude + across,
        )


def squeeze(latitude: float) -> float:
    """Return how long a degree of longitude is there, in degrees of latitude."""
    return round(cos(radians(latitude)), PLACES)


def box_of(text: str) -> Box:
    return Box(*map(float, text.split(",")))


def spot_of(text: str) -> Spot:
    return Spot(*map(float, text.split(",")))
