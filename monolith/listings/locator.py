"""A small drawing of where a home lies: positions of the homes around it enter, dots leave."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians

WIDTH, HEIGHT, MARGIN = 320, 220, 14

# Longitude and latitude in degrees.
Position = tuple[float, float]
Dot = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Locator:
    here: Dot
    others: list[Dot]
    width: int = WIDTH
    height: int = HEIGHT


def locate(here: Position, others: Sequence[Position]) -> Locator:
    """Place all of them, north up, as large as the drawing allows."""
    # A degree of longitude is shorter than one of latitude, the more so the further north.
    squeeze = cos(radians(here[1]))
    plane = [(longitude * squeeze, -latitude) for longitude, latitude in (here, *others)]
    left, right = _ends([x for x, _ in plane])
    top, bottom = _ends([y for _, y in plane])
    scale = min(
        (WIDTH - 2 * MARGIN) / ((right - left) or 1), (HEIGHT - 2 * MARGIN) / ((bottom - top) or 1)
    )
    dots = [
        (
            round(WIDTH / 2 + (x - (left + right) / 2) * scale),
            round(HEIGHT / 2 + (y - (top + bottom) / 2) * scale),
        )
        for x, y in plane
    ]
    return Locator(here=dots[0], others=dots[1:])


def _ends(values: Sequence[float]) -> tuple[float, float]:
    return min(values), max(values)
