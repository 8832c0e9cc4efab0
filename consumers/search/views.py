"""`/search` and `/api/v1/search` as the monolith answers them, byte for byte; and the probes.

Enters: a query string. Leaves: a page or JSON from the index, or 503 while the index is not
whole, upon which the gateway asks the monolith.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial, wraps
from typing import Any, Concatenate

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_cookie

from consumers.criteria.criteria import criteria_of
from consumers.search import card_list, facet_list, facets
from consumers.search.answers import refusal, results_answer
from consumers.search.asked import asked_of, drops_of
from consumers.search.chart import Chart, chart_of
from consumers.search.features import PAGE, Feature, on_of
from consumers.search.forms import SearchForm
from consumers.search.index.port import IndexUnavailable, SearchIndexReader, SearchSelection
from consumers.search.link_lists import asked_list, page_list
from consumers.search.pager import PAGE_SIZE, Pager, paginate
from consumers.search.quick_form import QuickForm
from consumers.search.read_model import current_view, lag_seconds, ready_view
from consumers.search.results import distances, told
from consumers.search.wider import wider_api, wider_page

View = Callable[..., HttpResponse]
SearchView = Callable[Concatenate[HttpRequest, SearchIndexReader, ...], HttpResponse]


def answers_one_visitor(view: SearchView) -> View:
    """Hand the view a whole index; let no shared cache keep the answer."""

    @wraps(view)
    def answer(request: HttpRequest, **named: Any) -> HttpResponse:
        try:
            return view(request, ready_view(), **named)
        except IndexUnavailable as reason:
            return _unavailable(reason)

    return require_safe(cache_control(private=True, no_cache=True)(vary_on_cookie(answer)))


@answers_one_visitor
def search_page(request: HttpRequest, index: SearchIndexReader) -> HttpResponse:
    if on := on_of(PAGE, request):
        return wider_page(request, index, on)
    form = QuickForm(request.GET, index.choices())
    if not form.is_valid():
        return render(request, "search_service/quick_page.html", {"form": form}, status=400)
    found, pager, counts = _find(form, index)
    packed = found.packed_rows(pager.start, PAGE_SIZE) if pager.count else []
    away = distances(packed, form.cleaned_data["near"])
    asked, chart = asked_of(form), _chart(form, packed, found)
    context = {
        "form": form,
        "pager": pager,
        "asked": asked,
        "asked_list": asked_list(asked),
        "page_list": page_list(pager),
        # All in one: a turn of a template's loop costs more than a card that is written.
        "homes": [card_list.items(packed, away, are_numbered=chart is not None)] if packed else [],
        "facets": facet_list.lists(facets.as_links(counts, form)),
        "drops": [] if packed else drops_of(asked, partial(_totals, index)),
        "chart": chart,
        "list_url": form.address(pager.number, view=""),
        "map_url": form.address(pager.number, view="map"),
    }
    return render(request, "search_service/quick_page.html", context)


@answers_one_visitor
def search_api(request: HttpRequest, index: SearchIndexReader) -> HttpResponse:
    if on := on_of(Feature, request):
        return wider_api(request, index, on)
    form = QuickForm(request.GET, index.choices())
    if not form.is_valid():
        return refusal(form.errors)
    found, pager, counts = _find(form, index)
    packed = found.packed_rows(pager.start, PAGE_SIZE) if pager.count else []
    results = map(told, packed, distances(packed, form.cleaned_data["near"]))
    numbers = {"count": pager.count, "page": pager.number, "pages": pager.pages}
    return results_answer(numbers, results, facets.as_json(counts))


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Tell that the process answers."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """Tell whether the index is whole and not old, and how late it is."""
    try:
        state = ready_view().state
    except IndexUnavailable as reason:
        return _unavailable(reason)
    told = {"listings": state.documents, "applied_at": state.applied_at}
    return JsonResponse({"ready": True, "lag_seconds": round(lag_seconds(), 3), **told})


@require_safe
@never_cache
def projected_listing(request: HttpRequest, listing_id: int) -> HttpResponse:
    """Tell what the index holds of one listing; for those who follow a change on its way."""
    try:
        view = current_view()
        held = view.held(listing_id)
    except IndexUnavailable as reason:
        return _unavailable(reason)
    if held is None:
        return JsonResponse({"id": listing_id, "version": None}, status=404)
    kept, status = held
    told = {"id": listing_id, "version": kept.version, "status": status, "lsn": kept.lsn}
    return JsonResponse({**told, "applied_at": view.state.applied_at})


def _chart(form: SearchForm, packed: list[str], found: SearchSelection) -> Chart | None:
    if form.cleaned_data["view"] != "map":
        return None
    return chart_of(form, list(map(json.loads, packed)), found.areas())


def _totals(index: SearchIndexReader, searches: Sequence[Mapping[str, Any]]) -> list[int]:
    return [index.select(criteria_of(asked)).count() for asked in searches]


def _find(
    form: SearchForm, index: SearchIndexReader
) -> tuple[SearchSelection, Pager, facets.Counts]:
    found = index.select(criteria_of(form.cleaned_data))
    counts = found.counts()
    return found, paginate(facets.total(counts), form.cleaned_data["page"], form.address), counts


def _unavailable(reason: IndexUnavailable) -> HttpResponse:
    return HttpResponse(
        f"{reason}\n",
        status=503,
        content_type="text/plain; charset=utf-8",
        headers={"Cache-Control": "no-store", "Retry-After": "1"},
    )
