"""`/search` and its API when any feature beyond the monolith's is on for who asks.

Enters: a request and what is on for it. Leaves: the plain page's context and each feature's part.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from consumers.search import facets
from consumers.search.answers import json_answer, refusal
from consumers.search.asked import asked_of, drops_of
from consumers.search.explanation import explanation_of
from consumers.search.features import Feature
from consumers.search.index.port import SearchIndexReader, SearchSelection
from consumers.search.pager import PAGE_SIZE, Pager, paginate
from consumers.search.reading import Reading, read
from consumers.search.results import as_result, with_distances
from consumers.search.strip import strip_of
from consumers.search.wider_cards import wider_cards
from consumers.search.wider_cursors import with_cursors
from consumers.search.wider_form import WiderForm
from consumers.search.wider_map import WiderMap, map_of
from consumers.search.wider_parts import asked_area, parts_of, shown_counts

_PAGE = "search_service/wider_page.html"
# What a feature's part of the page does better with a script.
_SCRIPTS = {Feature.SUGGESTIONS: "suggestions.js", Feature.DRAWN_AREA: "area.js"}


@dataclass(frozen=True, slots=True)
class Found:
    """What a question found, and how it was read."""

    reading: Reading
    selection: SearchSelection
    counts: facets.Counts
    # Of open facets otherwise.
    shown_counts: facets.Counts
    pager: Pager
    rows: list[dict[str, Any]]


def wider_page(
    request: HttpRequest, index: SearchIndexReader, on: frozenset[Feature]
) -> HttpResponse:
    """Answer with the page of all that is ``on``."""
    form = WiderForm(request.GET, index.choices(), on)
    if not form.is_valid():
        return render(request, _PAGE, {"form": form}, status=400)
    found = _find(form, index, on)
    context = _context(form, index, found)
    carrier: Any = request
    if form.wider.get("explain") and carrier.identity.is_staff:
        context["explanation"] = explanation_of(found.reading, found.selection, found.rows)
    return render(request, _PAGE, context)


def wider_api(
    request: HttpRequest, index: SearchIndexReader, on: frozenset[Feature]
) -> HttpResponse:
    """Answer with the homes of the page and what was read otherwise than typed."""
    form = WiderForm(request.GET, index.choices(), on)
    if not form.is_valid():
        return refusal(form.errors)
    found = _find(form, index, on)
    correction = found.reading.correction
    told: dict[str, Any] = {
        "count": found.pager.count,
        "page": found.pager.number,
        "pages": found.pager.pages,
        "results": [as_result(row) for row in found.rows],
        "facets": facets.as_json(found.shown_counts),
    }
    if Feature.CURSORS in on:
        try:
            told = with_cursors(told, form, found.selection)
        except ValidationError as error:
            form.add_error("cursor", error)
            return refusal(form.errors)
    return json_answer({**told, "corrected": correction.meant} if correction else told)


def _find(form: WiderForm, index: SearchIndexReader, on: frozenset[Feature]) -> Found:
    reading = read(form, index, on)
    if reading.correction:
        form.meant = reading.correction.meant
    selection = index.select(reading.criteria(form.cleaned_data))
    counts = selection.counts()
    pager = paginate(facets.total(counts), form.cleaned_data["page"], form.address)
    rows = selection.rows(pager.start, PAGE_SIZE)
    near = form.cleaned_data["near"]
    shown = shown_counts(form, reading, index, counts)
    return Found(reading, selection, counts, shown, pager, with_distances(rows, near))


def _context(form: WiderForm, index: SearchIndexReader, found: Found) -> dict[str, Any]:
    asked = asked_of(form) + asked_area(form)
    on, number = found.reading.on, found.pager.number
    map_ = _map(form, found)
    parts = parts_of(form, found.reading, index, found.counts, found.shown_counts)
    return {
        "form": form,
        "reading": found.reading,
        "pager": found.pager,
        "asked": asked,
        "homes": wider_cards(found.rows, found.reading, index),
        "facets": facets.as_links(found.counts, form),
        "drops": [] if found.rows else drops_of(asked, partial(_totals, index, found.reading)),
        "chart": map_.chart if map_ else None,
        "map": map_,
        "list_url": form.address(number, view=""),
        "map_url": form.address(number, view="map"),
        "similar": strip_of(found.rows, index) if Feature.SIMILAR_HOMES in on else None,
        "scripts": [name for feature, name in _SCRIPTS.items() if feature in on],
        "as_typed_url": form.address(as_typed="1") if found.reading.correction else "",
        **parts,
    }


def _map(form: WiderForm, found: Found) -> WiderMap | None:
    if form.cleaned_data["view"] != "map":
        return None
    return map_of(form, found.rows, found.selection, found.reading)


def _totals(
    index: SearchIndexReader, reading: Reading, searches: Sequence[Mapping[str, Any]]
) -> list[int]:
    return [index.select(reading.criteria(asked)).count() for asked in searches]
