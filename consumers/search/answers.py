"""JSON for programs, written out here because two processes must write the same bytes."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpResponse

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def json_answer(body: Mapping[str, Any], status: int = 200) -> HttpResponse:
    return _answer(_ENCODER.encode(body), status)


def results_answer(
    numbers: Mapping[str, int], results: Iterable[str], facets: Mapping[str, Any]
) -> HttpResponse:
    """Answer with results that are JSON already."""
    told, counts = _ENCODER.encode(numbers), _ENCODER.encode(facets)
    return _answer(f'{told[:-1]},"results":[{",".join(results)}],"facets":{counts}}}')


def refusal(errors: Mapping[str, Any]) -> HttpResponse:
    """Answer with a form's errors."""
    told = {name: list(messages) for name, messages in errors.items()}
    return json_answer({"errors": told}, status=400)


def _answer(text: str, status: int = 200) -> HttpResponse:
    return HttpResponse(text, content_type="application/json", status=status)
