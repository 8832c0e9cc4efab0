"""The map of a search, drawn without tiles: homes and areas enter, places in a drawing leave.

Every move of the map is a link to the same search in another box. The middle of an area is the
middle of its outermost homes, not their mean: sums of floats depend on who adds them up.
The extracted copy of the monolith's module.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

from consumers.criteria.places import METRES_PER_DEGREE, METRES_PER_MILE, Box, box_of, squeeze
from consumers.search.cards import dollars, url
from consumers.search.forms import SearchForm

WIDTH, HEIGHT, MARGIN = 560, 420, 24
# In degrees: no closer than a few houses, no further than a state.
NARROWEST, WIDEST = 0.002, 8.0
MILES = ("0.1", "0.25", "0.5", "1", "2", "5", "10", "25", "50", "100")
LABELS = 12


@dataclass(frozen=True, slots=True)
class Area:
    """A neighbourhood: how many of the found homes are there, and how far they reach."""

    name: str
    count: int
    reach: Box


@dataclass(frozen=True, slots=True)
class Frame:
    """What part of the Earth the drawing shows; ``scale`` is in units a degree of latitude."""

    latitude: float
    longitude: float
    scale: float

    def place(self, latitude: float, longitude: float) -> tuple[int, int]:
        x = (longitude - self.longitude) * squeeze(self.latitude) * self.scale
        return round(WIDTH / 2 + x), round(HEIGHT / 2 - (latitude - self.latitude) * self.scale)

    def box(self, north: float = 0, east: float = 0, zoom: float = 1) -> Box:
        """Return what is shown, moved by a share of its size and made so many times as large."""
        height = HEIGHT / self.scale
        width = WIDTH / self.scale / max(squeeze(self.latitude), 0.01)
        latitude, longitude = self.latitude + north * height, self.longitude + east * width
        up, across = height * zoom / 2, width * zoom / 2
        return Box(
            max(latitude - up, -90.0),
            max(longitude - across, -180.0),
            min(latitude + up, 90.0),
            min(longitude + across, 180.0),
        )


@dataclass(frozen=True, slots=True)
class Mark:
    """A home or an area in the drawing, and where its link leads."""

    x: int
    y: int
    name: str
    url: str
    label: str
    radius: int = 12


@dataclass(frozen=True, slots=True)
class Move:
    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Chart:
    areas: list[Mark]
    homes: list[Mark]
    moves: list[Move]
    # The bar that tells the scale.
    miles: str
    bar: int
    width: int = WIDTH
    height: int = HEIGHT


def chart_of(
    form: SearchForm, rows: Sequence[Mapping[str, Any]], areas: Sequence[Area]
) -> Chart | None:
    """Draw the homes of a page among the areas of all that were found.

    Returns None when there is nothing to show and no part of the map was asked for.
    """
    frame = frame_of(form, areas)
    if frame is None:
        return None
    miles, bar = _scale(frame)
    return Chart(
        areas=list(_areas(form, frame, areas)) if len(areas) > 1 else [],
        homes=[_home(frame, number, row) for number, row in enumerate(rows, start=1)],
        moves=list(_moves(form, frame)),
        miles=miles,
        bar=bar,
    )


def frame_of(form: SearchForm, areas: Sequence[Area]) -> Frame | None:
    """Return what a chart of the search shows: the asked part of the map, or all that was found."""
    asked = form.cleaned_data["box"]
    reach = box_of(asked) if asked else _around([area.reach for area in areas])
    return None if reach is None else _framed(reach)


def _around(boxes: Sequence[Box]) -> Box | None:
    if not boxes:
        return None
    return Box(
        min(box.south for box in boxes),
        min(box.west for box in boxes),
        max(box.north for box in boxes),
        max(box.east for box in boxes),
    )


def _framed(reach: Box) -> Frame:
    latitude, longitude = (reach.south + reach.north) / 2, (reach.west + reach.east) / 2
    height = max(reach.north - reach.south, NARROWEST / 2)
    width = max((reach.east - reach.west) * squeeze(latitude), NARROWEST / 2)
    scale = min((HEIGHT - 2 * MARGIN) / height, (WIDTH - 2 * MARGIN) / width)
    return Frame(latitude, longitude, scale)


def _home(frame: Frame, number: int, row: Mapping[str, Any]) -> Mark:
    x, y = frame.place(row["latitude"], row["longitude"])
    return Mark(x, y, f"{number}: {row['title']}, {dollars(row['price'])}", url(row), str(number))


def _areas(form: SearchForm, frame: Frame, areas: Sequence[Area]) -> Iterator[Mark]:
    labels: list[tuple[int, int, int]] = []
    for area in sorted(areas, key=lambda area: (-area.count, area.name)):
        reach = area.reach
        x, y = frame.place((reach.south + reach.north) / 2, (reach.west + reach.east) / 2)
        label = (x, y, 4 * len(area.name))
        has_label = len(labels) < LABELS and not any(_overlap(label, other) for other in labels)
        if has_label:
            labels.append(label)
        link = form.address(neighbourhood=area.name, box="")
        homes = f"{area.count} home{'' if area.count == 1 else 's'}"
        written = area.name if has_label else ""
        yield Mark(
            x, y, f"{area.name}, {homes}", link, written, min(30, round(4 + 0.7 * sqrt(area.count)))
        )


def _overlap(one: tuple[int, int, int], other: tuple[int, int, int]) -> bool:
    return abs(one[1] - other[1]) < 16 and abs(one[0] - other[0]) < one[2] + other[2]


def _moves(form: SearchForm, frame: Frame) -> Iterator[Move]:
    height = HEIGHT / frame.scale
    boxes: Mapping[str, Box | None] = {
        "Zoom in": frame.box(zoom=0.5) if height > NARROWEST else None,
        "Zoom out": frame.box(zoom=2) if height < WIDEST else None,
        "North": frame.box(north=0.5),
        "South": frame.box(north=-0.5),
        "West": frame.box(east=-0.5),
        "East": frame.box(east=0.5),
    }
    for name, box in boxes.items():
        if box is not None and box.south < box.north and box.west < box.east:
            yield Move(name, form.address(box=str(box)))
    if form.cleaned_data["box"]:
        yield Move("Whole area", form.address(box=""))


def _scale(frame: Frame) -> tuple[str, int]:
    lengths = [
        (miles, round(float(miles) * METRES_PER_MILE / METRES_PER_DEGREE * frame.scale))
        for miles in MILES
    ]
    fitting = [pair for pair in lengths if pair[1] <= WIDTH / 3]
    return fitting[-1] if fitting else lengths[0]
