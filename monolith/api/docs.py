"""The API's description for people: the OpenAPI document enters, a plain page leaves."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.views import SpectacularJSONAPIView

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Value:
    name: str
    kind: str
    is_required: bool
    description: str


@dataclass(frozen=True, slots=True)
class Operation:
    id: str
    method: str
    path: str
    summary: str
    description: str
    needs_login: bool
    parameters: tuple[Value, ...]
    body: tuple[Value, ...]
    answers: tuple[str, ...]


class SchemaView(SpectacularJSONAPIView):
    throttle_scope = "public"


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    return render(request, "api/docs.html", {"operations": operations()})


@cache
def operations() -> tuple[Operation, ...]:
    """Return every operation; read once, because the code does not change while it runs."""
    document = SchemaGenerator().get_schema(request=None, public=True)
    return tuple(_operations(document))


def _operations(document: Json) -> Iterator[Operation]:
    for path, methods in document["paths"].items():
        for method, told in methods.items():
            yield _operation(document, path, method, told)


def _operation(document: Json, path: str, method: str, told: Json) -> Operation:
    security = told.get("security", [])
    return Operation(
        id=told["operationId"],
        method=method.upper(),
        path=path,
        summary=told.get("summary", told["operationId"].replace("_", " ").capitalize()),
        description=told.get("description", ""),
        needs_login=bool(security) and {} not in security,
        parameters=tuple(_parameter(one) for one in told.get("parameters", [])),
        body=tuple(_body(document, told.get("requestBody", {}).get("content", {}))),
        answers=tuple(told["responses"]),
    )


def _parameter(told: Json) -> Value:
    text, is_required = told.get("description", ""), told.get("required", False)
    return Value(told["name"], _kind(told["schema"]), is_required, text)


def _body(document: Json, content: Json) -> Iterator[Value]:
    schema = _resolved(document, content.get("application/json", {}).get("schema", {}))
    for name, told in schema.get("properties", {}).items():
        if not told.get("readOnly"):
            is_required = name in schema.get("required", [])
            kind = _kind(_resolved(document, told))
            yield Value(name, kind, is_required, told.get("description", ""))


def _resolved(document: Json, schema: Json) -> Json:
    reference = schema.get("allOf", [schema])[0].get("$ref", "")
    schemas: Json = document["components"]["schemas"]
    return {**schema, **schemas[reference.rpartition("/")[2]]} if reference else schema


def _kind(schema: Json) -> str:
    if "enum" in schema:
        return "one of " + ", ".join(str(value) or "(empty)" for value in schema["enum"])
    return str(schema.get("format") or schema.get("type") or "value")
