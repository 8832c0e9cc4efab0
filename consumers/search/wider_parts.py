"""What the features of places, prices and saved searches add to the wider page.

Enters: a valid form, how it was read, what it found. Leaves: parts of the page's context by name;
a feature that is off adds none.
"""

import time
from collections.abc import Callable, Mapping
from typing import Any

from consumers.criteria.criteria import criteria_of
from consumers.search.asked import Asked
from consumers.search.facets import Counts, total
from consumers.search.features import Feature
from consumers.search.histogram import EDGES, histogram_of
from consumers.search.index.port import SearchIndexReader
from consumers.search.open_facets import as_links, open_counts
from consumers.search.preview import preview_of
from consumers.search.reading import Reading
from consumers.search.wider_form import WiderForm

_ANY_PRICE = {"price_min": None, "price_max": None}


def shown_counts(
    form: WiderForm, reading: Reading, index: SearchIndexReader, counts: Counts
) -> Counts:
    """Return the counts to be shown: those of open facets, if they are on."""
    if Feature.OPEN_FACETS not in reading.on:
        return counts
    return open_counts(form, counts, lambda asked: index.select(reading.criteria(asked)))


def parts_of(
    form: WiderForm, reading: Reading, index: SearchIndexReader, counts: Counts, shown: Counts
) -> dict[str, Any]:
    """Return each part of what is on."""
    parts: Mapping[Feature, tuple[str, Callable[[], Any]]] = {
        Feature.OPEN_FACETS: ("open_facets", lambda: as_links(shown, total(counts), form)),
        Feature.PRICE_HISTOGRAM: (
            "histogram",
            lambda: histogram_of(form, _prices(form, reading, index)),
        ),
        Feature.SAVED_SEARCH_PREVIEW: (
            "preview",
            # Of what would be saved: the monolith knows nothing of this page's own parameters.
            lambda: preview_of(criteria_of(form.saved_data()), index.select, time.time()),
        ),
    }
    return {name: part() for feature, (name, part) in parts.items() if feature in reading.on}


def asked_area(form: WiderForm) -> list[Asked]:
    """Return the drawn area as a criterion that can be taken out, if one is asked for."""
    text = form.wider.get("area")
    if not text:
        return []
    words = f"{len(text.split(';'))} corners"
    return [Asked("Drawn area", words, form.address(area=""), {**form.cleaned_data, "area": None})]


def _prices(form: WiderForm, reading: Reading, index: SearchIndexReader) -> list[int]:
    return index.select(reading.criteria({**form.cleaned_data, **_ANY_PRICE})).prices(EDGES)
