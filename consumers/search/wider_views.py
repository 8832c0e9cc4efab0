"""Addresses that the monolith never had; each is unknown while its feature is off.

Enters: what is being typed, or a home's number. Leaves: JSON, or a script of the pages.
"""

from pathlib import Path

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_cookie

from consumers.search.answers import json_answer, refusal
from consumers.search.chart import frame_of
from consumers.search.clusters import clusters_of, size_for
from consumers.search.features import Feature, is_on, on_of
from consumers.search.index.port import SearchIndexReader
from consumers.search.reading import read
from consumers.search.results import as_result
from consumers.search.similar import similar_to
from consumers.search.suggestions import SuggestionForm, suggestions
from consumers.search.views import answers_one_visitor
from consumers.search.wider_form import WiderForm

_SCRIPTS = Path(__file__).with_name("scripts")
# Each script by the feature whose pages ask for it.
_FEATURES = {"area.js": Feature.DRAWN_AREA, "suggestions.js": Feature.SUGGESTIONS}


@answers_one_visitor
def suggestions_api(request: HttpRequest, index: SearchIndexReader) -> HttpResponse:
    on = on_of(Feature, request)
    if Feature.SUGGESTIONS not in on:
        return _unknown()
    form = SuggestionForm(request.GET)
    if not form.is_valid():
        return refusal(form.errors)
    found = suggestions(form.cleaned_data["q"], index, on)
    return json_answer({"suggestions": [each.as_json() for each in found]})


@answers_one_visitor
def similar_api(request: HttpRequest, index: SearchIndexReader, listing_id: int) -> HttpResponse:
    home = index.row(listing_id) if is_on(Feature.SIMILAR_HOMES, request) else None
    if home is None:
        return _unknown()
    results = [
        {**as_result(each.row), "likeness": each.likeness, "reasons": each.reasons}
        for each in similar_to(home, index)
    ]
    return json_answer({"id": listing_id, "results": results})


@answers_one_visitor
def clusters_api(request: HttpRequest, index: SearchIndexReader) -> HttpResponse:
    on = on_of(Feature, request)
    if Feature.MAP_CLUSTERS not in on:
        return _unknown()
    form = WiderForm(request.GET, index.choices(), on)
    if not form.is_valid():
        return refusal(form.errors)
    selection = index.select(read(form, index, on).criteria(form.cleaned_data))
    frame = frame_of(form, selection.areas())
    found = clusters_of(selection, size_for(frame)) if frame else []
    return json_answer(
        {
            "count": sum(each.count for each in found),
            "clusters": [each.as_json() for each in found],
        }
    )


@require_safe
@vary_on_cookie
def script(request: HttpRequest, name: str) -> HttpResponse:
    """Give a script file of the pages; there are no others to be had."""
    feature = _FEATURES.get(name)
    if feature is None or not is_on(feature, request):
        answer = _unknown()
        patch_cache_control(answer, private=True, no_cache=True)
        return answer
    text = (_SCRIPTS / name).read_bytes()
    answer = HttpResponse(text, content_type="text/javascript; charset=utf-8")
    patch_cache_control(answer, private=True, max_age=3600)
    return answer


def _unknown() -> HttpResponse:
    # To the byte what the monolith's API says.
    return JsonResponse({"detail": "Not found."}, status=404)
