"""A part of the map that somebody drew: a text of corners enters, a region leaves.

Without a script the corners are typed; with it they are set on the map.
"""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from consumers.criteria.places import Place, plain
from consumers.criteria.regions import Drawn
from consumers.search.chart import Frame
from consumers.search.fields import DegreesField

FEWEST, MOST = 3, 100
_SHAPE = "41.6,-83.7; 41.7,-83.7; 41.65,-83.5"


class AreaField(forms.CharField):
    """Corners as latitude,longitude with semicolons between; leaves them written in one way."""

    def __init__(self) -> None:
        super().__init__(
            label="Drawn area (corners)",
            required=False,
            max_length=4000,
            widget=forms.TextInput(attrs={"placeholder": _SHAPE, "data-area": ""}),
        )

    def clean(self, value: Any) -> str:
        corners = self._corners(super().clean(value))
        if not corners:
            return ""
        if not FEWEST <= len(set(corners)) <= len(corners) <= MOST:
            raise ValidationError(
                f"Draw an area with {FEWEST} to {MOST} different corners.", "corners"
            )
        outline = Drawn(corners).outline
        if not outline.is_valid:
            is_flat = not outline.convex_hull.area
            fault = "Its corners lie on one line." if is_flat else "Its line crosses itself."
            raise ValidationError(f"Draw the area otherwise. {fault}", "outline")
        return text_of(corners)

    def _corners(self, text: str) -> tuple[Place, ...]:
        degrees = DegreesField("", pairs=1, shape=f"corners with semicolons between: {_SHAPE}")
        pairs = (degrees.clean(pair).split(",") for pair in text.split(";") if pair.strip())
        return tuple((float(latitude), float(longitude)) for latitude, longitude in pairs)


def text_of(corners: Sequence[Place]) -> str:
    """Return how corners are written in a link."""
    return ";".join(f"{plain(latitude)},{plain(longitude)}" for latitude, longitude in corners)


def area_of(text: str) -> Drawn | None:
    """Return the region of a valid text; None when nothing was drawn."""
    if not text:
        return None
    pairs = (pair.split(",") for pair in text.split(";"))
    return Drawn(tuple((float(latitude), float(longitude)) for latitude, longitude in pairs))


def line_in(frame: Frame, area: Drawn) -> str:
    """Return the line as the points of an SVG polygon in a chart."""
    places = (frame.place(latitude, longitude) for latitude, longitude in area.corners)
    return " ".join(f"{x},{y}" for x, y in places)
