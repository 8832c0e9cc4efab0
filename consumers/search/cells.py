"""The map in cells of a grid, so that an engine can look regions up as words.

Every home is indexed with its cells of several sizes (H3, https://h3geo.org). A region enters;
the cells that lie wholly inside leave, as large as they may be, and those that its edge may cross,
as small as is worth it: only the homes of these are to be measured one by one. A cell of one size
consists of seven of the next by their names, not quite by their outlines; names are what counts.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import sqrt

import h3.api.basic_int as h3
import numpy as np

from consumers.criteria.places import METRES_PER_DEGREE, Box, squeeze
from consumers.criteria.regions import Region

COARSEST, FINEST = 4, 11
# Sizes by which homes are counted in one go; sizes between are sums of these.
COUNTED = (6, 8, 10)
# The edge is looked at closely enough when so many sides of a cell are the region's reach: the more
# homes there are, the more it costs to measure those at the edge, and the less to name its cells.
_FEWEST_SIDES, _MOST_SIDES = 10, 80
_MANY = 1_000_000
# No cell's corner, nor its smallest parts, lie further from its middle, in sides of an average
# cell; a tenth is added for what a plane does to distances.
_REACH = 1.25
# Where a plane is good enough, in degrees; elsewhere everything in the box is to be measured.
_NORTHERNMOST, _EASTERNMOST, _TALLEST, _WIDEST = 60.0, 170.0, 4.0, 8.0


@dataclass(frozen=True, slots=True)
class Cover:
    """Cells that together hold all of a region."""

    inside: tuple[str, ...]
    edge: tuple[str, ...]


def cells_of(latitude: float, longitude: float) -> list[int]:
    """Give the cells of a place, the largest first."""
    finest = h3.latlng_to_cell(latitude, longitude, FINEST)
    return [*(h3.cell_to_parent(finest, size) for size in range(COARSEST, FINEST)), finest]


def name_of(cell: int) -> str:
    """Give the name under which a cell is indexed."""
    return f"{cell:x}"


def summed_up(counts: Mapping[int, int], size: int) -> dict[int, int]:
    """Give the numbers of cells by the cells of that size that they belong to."""
    sums: Counter[int] = Counter()
    for cell, count in counts.items():
        sums[h3.cell_to_parent(cell, size)] += count
    return dict(sums)


def cover_of(region: Region, homes: int = _MANY) -> Cover | None:
    """Give the cells of a region, or None where it is too large or too near to a pole.

    They are as small as is worth it among so many homes.
    """
    return _cover(region, _finest(region.box, homes)) if _is_plane(region.box) else None


@lru_cache(maxsize=256)
def _cover(region: Region, finest: int) -> Cover:
    inside: list[int] = []
    cells: Sequence[int] = _largest(region.box)
    for size in range(COARSEST, finest + 1):
        if size > COARSEST:
            cells = [child for cell in cells for child in h3.cell_to_children(cell, size)]
        depths = _depths(region, cells)
        reach = _reach(size)
        inside += [cell for cell, depth in zip(cells, depths, strict=True) if depth > reach]
        cells = [cell for cell, depth in zip(cells, depths, strict=True) if abs(depth) <= reach]
    return Cover(tuple(map(name_of, inside)), tuple(map(name_of, cells)))


def _depths(region: Region, cells: Sequence[int]) -> list[float]:
    places = np.array([h3.cell_to_latlng(cell) for cell in cells]).reshape(-1, 2)
    depths: list[float] = region.depths(places[:, 0], places[:, 1]).tolist()
    return depths


def _is_plane(box: Box) -> bool:
    is_small = box.north - box.south <= _TALLEST and box.east - box.west <= _WIDEST
    is_north = max(abs(box.south), abs(box.north)) <= _NORTHERNMOST
    return is_small and is_north and max(abs(box.west), abs(box.east)) <= _EASTERNMOST


def _largest(box: Box) -> Sequence[int]:
    """Give all of the largest cells that could touch the box."""
    middle = h3.latlng_to_cell((box.south + box.north) / 2, (box.west + box.east) / 2, COARSEST)
    # Rings of cells around the middle one, each no narrower than a side and a half.
    rings = int(_half_across(box) / (1.2 * side_of(COARSEST))) + 2
    return list(h3.grid_disk(middle, rings))


def _finest(box: Box, homes: int) -> int:
    sides = _MOST_SIDES * sqrt(homes / _MANY)
    wanted = _half_across(box) / min(max(sides, _FEWEST_SIDES), _MOST_SIDES)
    close = (size for size in range(COARSEST, FINEST) if side_of(size) <= wanted)
    return next(close, FINEST)


def _half_across(box: Box) -> float:
    north = box.north - box.south
    east = (box.east - box.west) * squeeze((box.south + box.north) / 2)
    return float(np.hypot(north, east)) / 2 * METRES_PER_DEGREE


def side_of(size: int) -> float:
    """Give how long a cell's side is on average, in metres."""
    return float(h3.average_hexagon_edge_length(size, unit="m"))


def _reach(size: int) -> float:
    return _REACH * side_of(size)
