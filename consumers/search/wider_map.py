"""The map of the wider page: the plain chart, clusters for neighbourhoods, the line that was drawn.

Enters: a valid form and what it found. Leaves: a chart, and what a script needs to draw on it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from consumers.criteria.places import squeeze
from consumers.search.chart import Chart, Frame, chart_of, frame_of
from consumers.search.clusters import clusters_of, marks_of, size_for
from consumers.search.drawn_area import MOST, line_in
from consumers.search.features import Feature
from consumers.search.index.port import SearchSelection
from consumers.search.reading import Reading
from consumers.search.wider_form import WiderForm


@dataclass(frozen=True, slots=True)
class WiderMap:
    chart: Chart
    # What part of the Earth it shows, for whoever turns a place in it into degrees.
    frame: Frame
    # Whether somebody may draw on it, and the corners of what was drawn, in the chart's units.
    is_drawable: bool
    line: str
    most_corners: int = MOST

    @property
    def narrow(self) -> float:
        """Return how long a degree of longitude is drawn, in degrees of latitude."""
        return squeeze(self.frame.latitude)


def map_of(
    form: WiderForm, rows: Sequence[Mapping[str, Any]], selection: SearchSelection, reading: Reading
) -> WiderMap | None:
    """Return the map of what was found; None when there is nothing to show, as of the chart."""
    areas = selection.areas()
    frame, chart = frame_of(form, areas), chart_of(form, rows, areas)
    if frame is None or chart is None:
        return None
    if Feature.MAP_CLUSTERS in reading.on:
        clusters = clusters_of(selection, size_for(frame))
        chart = replace(chart, areas=list(marks_of(form, frame, clusters)))
    line = line_in(frame, reading.area) if reading.area else ""
    return WiderMap(chart, frame, Feature.DRAWN_AREA in reading.on, line)
