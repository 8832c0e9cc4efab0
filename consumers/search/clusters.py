"""Homes on the map by cells of a grid, as many cells as a drawing takes: counts enter, marks leave.

The cells' size follows from what part of the map is shown, so that a closer look divides them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import sqrt
from typing import Any

import h3.api.basic_int as h3

from consumers.criteria.places import METRES_PER_DEGREE, Box
from consumers.search.cells import COARSEST, COUNTED, name_of, side_of
from consumers.search.chart import HEIGHT, Frame, Mark
from consumers.search.forms import SearchForm
from consumers.search.index.port import SearchSelection

# So many sides of a cell make up the height of a drawing, about.
_SIDES = 16
# Circles are no larger than a cell is drawn.
_SMALLEST, _LARGEST = 9, 26


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cell with homes in it."""

    cell: str
    count: int
    latitude: float
    longitude: float
    # What to look at to see its homes apart.
    box: Box

    def as_json(self) -> dict[str, Any]:
        """Return the JSON object; the order of its keys is part of the promise."""
        return {
            "cell": self.cell,
            "count": self.count,
            "latitude": self.latitude,
            "longitude": self.longitude,
            "box": str(self.box),
        }


def size_for(frame: Frame) -> int:
    """Return the size of cells to count by in a drawing."""
    wanted = HEIGHT / frame.scale * METRES_PER_DEGREE / _SIDES
    fitting = (size for size in range(COARSEST, COUNTED[-1]) if side_of(size) <= wanted)
    return next(fitting, COUNTED[-1])


def clusters_of(selection: SearchSelection, size: int) -> list[Cluster]:
    """Return the cells with homes, those with most first."""
    found = sorted(selection.cells(size).items(), key=lambda pair: (-pair[1], pair[0]))
    return [_cluster(cell, count) for cell, count in found]


def marks_of(form: SearchForm, frame: Frame, clusters: list[Cluster]) -> Iterator[Mark]:
    """Return the clusters as circles in a chart, each a link to a closer look."""
    for each in clusters:
        x, y = frame.place(each.latitude, each.longitude)
        homes = f"{each.count} home{'' if each.count == 1 else 's'}"
        radius = min(_LARGEST, round(_SMALLEST + 0.7 * sqrt(each.count)))
        link = form.address(box=str(each.box))
        yield Mark(x, y, f"{homes}, look closer", link, str(each.count), radius)


def _cluster(cell: int, count: int) -> Cluster:
    latitude, longitude = h3.cell_to_latlng(cell)
    latitudes, longitudes = zip(*h3.cell_to_boundary(cell), strict=True)
    box = Box(min(latitudes), min(longitudes), max(latitudes), max(longitudes))
    return Cluster(name_of(cell), count, round(latitude, 6), round(longitude, 6), box)
