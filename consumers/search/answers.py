"""JSON for programs, written out here because two processes must write the same bytes."""

import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse


def json_answer(body: Mapping[str, Any], status: int = 200) -> HttpResponse:
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return HttpResponse(text, content_type="application/json", status=status)


def refusal(errors: Mapping[str, Any]) -> HttpResponse:
    """Answer with a form's errors."""
    told = {name: list(messages) for name, messages in errors.items()}
    return json_answer({"errors": told}, status=400)
