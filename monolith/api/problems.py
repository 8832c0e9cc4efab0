"""What is refused, in the API's description: the generated document enters, its 4xx answers leave.

They are the same everywhere, so that no view has to declare them.
"""

from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]

_MEANINGS = {
    "400": "A value is not valid; each name has its messages.",
    "401": "The token is missing or not valid.",
    "403": "Not yours to do, or a browser's request without its CSRF token.",
    "404": "There is no such thing, or it is not yours.",
    "415": "The body is not JSON.",
    "429": "Too many requests; wait as long as `Retry-After` says.",
}
_SCHEMAS: Json = {
    "Mistakes": {"type": "object", "additionalProperties": {}},
    "Problem": {
        "type": "object",
        "properties": {"detail": {"type": "string"}},
        "required": ["detail"],
    },
}


def describe_problems(result: Json, **context: Any) -> Json:
    """Add the answers to what cannot be done; a hook of drf-spectacular."""
    result["components"]["schemas"] |= _SCHEMAS
    for path, methods in result["paths"].items():
        for operation in methods.values():
            for status in _statuses(path, operation):
                operation["responses"].setdefault(status, _answer(status))
    return result


def _statuses(path: str, operation: Json) -> Iterator[str]:
    security = operation.get("security", [])
    has_body = "requestBody" in operation
    names = {parameter["name"] for parameter in operation.get("parameters", [])}
    if has_body or "page_size" in names:
        yield "400"
    if security != [{}]:
        yield "401"
    if {} not in security:
        yield "403"
    if "{" in path or "page" in names:
        yield "404"
    if has_body:
        yield "415"
    yield "429"


def _answer(status: str) -> Json:
    name = "Mistakes" if status == "400" else "Problem"
    schema = {"$ref": f"#/components/schemas/{name}"}
    return {"description": _MEANINGS[status], "content": {"application/json": {"schema": schema}}}
