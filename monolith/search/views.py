"""`/search` and `/api/v1/search`: a query string enters, a page or JSON leaves.

The extracted search answers both addresses with the same bytes; whatever is changed here,
headers included, is changed there.
"""

import json
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_cookie

from monolith.listings.cards import as_card
from monolith.search import facets, queries
from monolith.search.asked import asked_of, drops_of
from monolith.search.chart import Chart, chart_of
from monolith.search.forms import SearchForm
from monolith.search.pager import PAGE_SIZE, Pager, paginate
from monolith.search.results import as_result, with_distances

View = Callable[[HttpRequest], HttpResponse]


def answers_one_visitor(view: View) -> View:
    """Let no shared cache keep the answer: the header of a page names its reader."""
    return require_safe(cache_control(private=True, no_cache=True)(vary_on_cookie(view)))


@answers_one_visitor
def search_page(request: HttpRequest) -> HttpResponse:
    form = SearchForm(request.GET, queries.choices())
    if not form.is_valid():
        return render(request, "search/page.html", {"form": form}, status=400)
    pager, rows, counts = _find(form)
    asked = asked_of(form)
    context = {
        "form": form,
        "pager": pager,
        "asked": asked,
        "homes": [as_card(row) for row in rows],
        "facets": facets.as_links(counts, form),
        "drops": [] if rows else drops_of(asked, queries.totals),
        "chart": _chart(form, rows),
        "list_url": form.address(pager.number, view=""),
        "map_url": form.address(pager.number, view="map"),
    }
    return render(request, "search/page.html", context)


@answers_one_visitor
def search_api(request: HttpRequest) -> HttpResponse:
    form = SearchForm(request.GET, queries.choices())
    if not form.is_valid():
        errors = {name: list(messages) for name, messages in form.errors.items()}
        return _json({"errors": errors}, status=400)
    pager, rows, counts = _find(form)
    return _json(
        {
            "count": pager.count,
            "page": pager.number,
            "pages": pager.pages,
            "results": [as_result(row) for row in rows],
            "facets": facets.as_json(counts),
        }
    )


def _chart(form: SearchForm, rows: list[dict[str, Any]]) -> Chart | None:
    if form.cleaned_data["view"] != "map":
        return None
    return chart_of(form, rows, queries.areas(form.cleaned_data))


def _find(form: SearchForm) -> tuple[Pager, list[dict[str, Any]], facets.Counts]:
    counts = queries.counts(form.cleaned_data)
    pager = paginate(facets.total(counts), form.cleaned_data["page"], form.address)
    homes = queries.page(form.cleaned_data, pager.start, PAGE_SIZE)
    return pager, with_distances(homes, form.cleaned_data["near"]), counts


def _json(body: dict[str, Any], status: int = 200) -> HttpResponse:
    # Written out, and not left to a renderer, because another process must write the same bytes.
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return HttpResponse(text, content_type="application/json", status=status)
