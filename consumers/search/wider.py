"""`/search` when any feature beyond the monolith's is on for who asks.

Enters: a request and what is on for it. Leaves: the plain page's context and each feature's part.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from consumers.search import facets
from consumers.search.asked import asked_of, drops_of
from consumers.search.chart import Chart, chart_of
from consumers.search.features import Feature
from consumers.search.index.port import SearchIndexReader, SearchSelection
from consumers.search.pager import PAGE_SIZE, paginate
from consumers.search.reading import Reading, read
from consumers.search.results import with_distances
from consumers.search.wider_cards import wider_cards
from consumers.search.wider_form import WiderForm

_PAGE = "search_service/wider_page.html"


def wider_page(
    request: HttpRequest, index: SearchIndexReader, on: frozenset[Feature]
) -> HttpResponse:
    """Answer with the page of all that is ``on``."""
    form = WiderForm(request.GET, index.choices(), on)
    if not form.is_valid():
        return render(request, _PAGE, {"form": form}, status=400)
    reading = read(form, index, on)
    found = index.select(reading.criteria(form.cleaned_data))
    return render(request, _PAGE, _context(form, reading, index, found))


def _context(
    form: WiderForm, reading: Reading, index: SearchIndexReader, found: SearchSelection
) -> dict[str, Any]:
    counts = found.counts()
    pager = paginate(facets.total(counts), form.cleaned_data["page"], form.address)
    rows = with_distances(found.rows(pager.start, PAGE_SIZE), form.cleaned_data["near"])
    asked = asked_of(form)
    return {
        "form": form,
        "reading": reading,
        "pager": pager,
        "asked": asked,
        "homes": wider_cards(rows),
        "facets": facets.as_links(counts, form),
        "drops": [] if rows else drops_of(asked, partial(_totals, index, reading)),
        "chart": _chart(form, rows, found),
        "list_url": form.address(pager.number, view=""),
        "map_url": form.address(pager.number, view="map"),
    }


def _chart(form: WiderForm, rows: list[dict[str, Any]], found: SearchSelection) -> Chart | None:
    return chart_of(form, rows, found.areas()) if form.cleaned_data["view"] == "map" else None


def _totals(
    index: SearchIndexReader, reading: Reading, searches: Sequence[Mapping[str, Any]]
) -> list[int]:
    return [index.select(reading.criteria(asked)).count() for asked in searches]
