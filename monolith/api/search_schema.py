"""The search in the API's description: the search's own form enters, its OpenAPI path leaves.

The search is no view of the REST framework, because another process writes the same bytes.
"""

from typing import Any

from django.db.models import DateTimeField, Field, FloatField
from django.db.models import IntegerField as IntegerColumn
from django.forms import ChoiceField, IntegerField

from monolith.listings.models import Listing
from monolith.search.facets import LABELS
from monolith.search.forms import FACETS, SearchForm
from monolith.search.results import COLUMNS

Json = dict[str, Any]
PATH = "/api/v1/search"


def describe_search(result: Json, **context: Any) -> Json:
    """Add the search to the generated document; a hook of drf-spectacular."""
    result["paths"][PATH] = {"get": _operation()}
    result["paths"] = dict(sorted(result["paths"].items()))
    return result


def _operation() -> Json:
    return {
        "operationId": "search",
        "summary": "Search homes",
        "description": "Find listed homes, 24 a page. Unknown parameters are ignored.",
        "tags": ["search"],
        "parameters": [_parameter(name, field) for name, field in SearchForm.base_fields.items()],
        "responses": {
            "200": _answer("The homes of one page.", _page()),
            "400": _answer("A parameter is not valid.", _errors()),
        },
    }


def _parameter(name: str, field: Any) -> Json:
    schema: Json = {"type": "string"}
    if isinstance(field, IntegerField):
        schema = {"type": "integer", "minimum": field.min_value, "maximum": field.max_value}
    elif isinstance(field, ChoiceField) and name not in FACETS:
        schema["enum"] = [value for value, _ in field.choices]  # type: ignore[misc, union-attr]
    elif name == "q":
        schema["maxLength"] = field.max_length
    return {"name": name, "in": "query", "description": str(field.label), "schema": schema}


def _page() -> Json:
    whole = {"type": "integer"}
    home = _object(_home())
    home["properties"]["distance_m"] = {
        "type": "integer",
        "description": "Metres from near; only when that is asked.",
    }
    homes = {"type": "array", "items": home}
    counts = _object({name: _facet(name) for name in LABELS})
    return _object(
        {"count": whole, "page": whole, "pages": whole, "results": homes, "facets": counts}
    )


def _facet(name: str) -> Json:
    value, words = {"type": "string"}, "How many of all found homes have each value."
    if name == "beds":
        value, words = {"type": "integer"}, "How many of all found homes have so many or more."
    items = _object({"value": value, "count": {"type": "integer"}})
    return {"type": "array", "description": words, "items": items}


def _home() -> Json:
    names = [name for name in COLUMNS if name not in ("id", "slug")]
    columns = {name: _column(Listing._meta.get_field(name)) for name in names}
    return {"id": {"type": "integer"}, "url": {"type": "string"}, **columns}


def _column(field: Any) -> Json:
    kinds: tuple[tuple[type[Field], Json], ...] = (
        (IntegerColumn, {"type": "integer"}),
        (FloatField, {"type": "number", "format": "double"}),
        (DateTimeField, {"type": "string", "format": "date-time"}),
    )
    found = next((kind for column, kind in kinds if isinstance(field, column)), {"type": "string"})
    # A listed home always has the time that it was listed at.
    return {**found, "nullable": True} if field.null and field.name != "listed_at" else found


def _errors() -> Json:
    messages = {"type": "array", "items": {"type": "string"}}
    return _object({"errors": {"type": "object", "additionalProperties": messages}})


def _object(properties: Json) -> Json:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _answer(description: str, schema: Json) -> Json:
    return {"description": description, "content": {"application/json": {"schema": schema}}}
