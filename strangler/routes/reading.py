"""Reading ``routes.toml``: what a mistake is, and in which words it is told.

On the line: a reviewed file -> this -> frozen routes. Every refusal is one line that
names the route.
"""

import re
from collections.abc import Iterable
from pathlib import Path as File
from typing import Any

from strangler import fields
from strangler.audience import AudienceError
from strangler.fields import DeclarationError
from strangler.stages import Standing, standing

from .checks import hidden_by
from .model import METHODS, Accepted, Access, Gates, Route, Timeouts
from .paths import Match, Path, PathError, path

_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")
_REQUIRED = {"id", "owner", "note", "methods", "paths", "service", "flag", "start"}
_OPTIONAL = {
    *("accepted", "access", "expires", "gates", "guard", "hosts", "max_body", "timeouts"),
}


def load(file: File) -> tuple[Route, ...]:
    """Return the file's routes in its order; raises ``DeclarationError``."""
    return parse(fields.content(file))


def parse(content: dict[str, Any]) -> tuple[Route, ...]:
    """Return the routes of a file's content; raises ``DeclarationError``."""
    entries = fields.entries(content, "route")
    routes = tuple(_route(entry, number) for number, entry in enumerate(entries, 1))
    _refuse_what_never_answers(routes)
    return routes


def _route(entry: dict[str, Any], number: int) -> Route:
    who = f"route {entry.get('id') or number}"
    fields.refuse_missing(who, entry, _REQUIRED)
    fields.refuse_unknown(who, entry, _REQUIRED | _OPTIONAL)
    return Route(
        id=fields.name(who, "id", entry["id"]),
        owner=fields.text(who, "owner", entry["owner"]),
        note=fields.text(who, "note", entry["note"]),
        methods=_methods(who, entry["methods"]),
        paths=_paths(who, entry["paths"]),
        service=fields.name(who, "service", entry["service"]),
        flag=fields.name(who, "flag", entry["flag"]),
        start=_start(who, entry["start"]),
        accepted=_accepted(who, entry.get("accepted", [])),
        hosts=_hosts(who, entry.get("hosts", [])),
        access=_access(who, entry.get("access")),
        guard=fields.text(who, "guard", entry["guard"]) if "guard" in entry else "",
        timeouts=_timeouts(who, entry.get("timeouts", {})),
        max_body=_max_body(who, entry.get("max_body")),
        gates=Gates(**_numbers(who, "gates", entry.get("gates", {}), Gates.__slots__)),
        expires=fields.date(who, "expires", entry.get("expires")),
    )


def _methods(who: str, methods: Any) -> tuple[str, ...]:
    if not isinstance(methods, list) or not methods:
        raise DeclarationError(f"{who}: methods must be a list of at least one")
    for method in methods:
        if method not in METHODS:
            raise DeclarationError(f"{who}: unknown method {method!r}")
    return tuple(dict.fromkeys(methods))


def _paths(who: str, paths: Any) -> tuple[Path, ...]:
    if not isinstance(paths, list) or not paths:
        raise DeclarationError(f"{who}: paths must be a list of at least one")
    return tuple(_path(who, path) for path in paths)


def _path(who: str, entry: Any) -> Path:
    if not isinstance(entry, dict) or len(entry) != 1 or not entry.keys() <= set(Match):
        raise DeclarationError(
            f'{who}: write a path as {{ exact = "/…" }}, {{ prefix = "/…/" }}, '
            '{ pattern = "/…/<int:pk>/" } or { regex = "/…" }'
        )
    ((match, value),) = entry.items()
    try:
        return path(match, value)
    except PathError as error:
        raise DeclarationError(f"{who}: {error}") from error


def _hosts(who: str, names: Any) -> tuple[str, ...]:
    if not isinstance(names, list):
        raise DeclarationError(f"{who}: hosts must be a list of names")
    for name in names:
        if not isinstance(name, str) or not _HOST.fullmatch(name):
            raise DeclarationError(
                f"{who}: host {name!r} must be a name in lower case, without a port"
            )
    return tuple(dict.fromkeys(names))


def _access(who: str, value: Any) -> Access | None:
    if value not in (None, *Access):
        raise DeclarationError(f"{who}: access {value!r} must be read or write")
    return Access(value) if value else None


def _timeouts(who: str, entry: Any) -> Timeouts:
    found = Timeouts(**_numbers(who, "timeouts", entry, Timeouts.__slots__))
    if not found.patience or 0 < found.total < found.patience:
        raise DeclarationError(
            f"{who}: patience must be above 0, and total 0 or patience not above total"
        )
    return found


def _max_body(who: str, value: Any) -> int | None:
    if value is not None and (type(value) is not int or not 0 < value < 2**32):
        raise DeclarationError(f"{who}: max_body {value!r} must be a number of bytes below 4 GiB")
    return value


def _numbers(who: str, field: str, entry: Any, known: Iterable[str]) -> dict[str, Any]:
    if not isinstance(entry, dict):
        raise DeclarationError(f"{who}: {field} must be a table")
    fields.refuse_unknown(f"{who}: {field}", entry, set(known))
    for name, value in entry.items():
        if type(value) not in (int, float) or value < 0:
            raise DeclarationError(f"{who}: {field}.{name} must be a number, not {value!r}")
    return entry


def _start(who: str, start: Any) -> Standing:
    if not isinstance(start, dict) or "stage" not in start:
        raise DeclarationError(f"{who}: start must name a stage")
    rest = {name: value for name, value in start.items() if name != "stage"}
    words = fields.audience_words(f"{who}: start", rest)
    try:
        return standing(start["stage"], **words)
    except AudienceError as error:
        raise DeclarationError(f"{who}: {error}") from error


def _accepted(who: str, entries: Any) -> tuple[Accepted, ...]:
    for entry in entries:
        if not isinstance(entry, dict) or entry.keys() != {"difference", "reason"}:
            raise DeclarationError(f"{who}: an accepted difference has a difference and a reason")
    return tuple(
        Accepted(*(fields.text(who, field, entry[field]) for field in ("difference", "reason")))
        for entry in entries
    )


def _refuse_what_never_answers(routes: tuple[Route, ...]) -> None:
    for number, route in enumerate(routes):
        for earlier in routes[:number]:
            if route.id == earlier.id:
                raise DeclarationError(f"route {route.id} is declared twice")
            if hidden := hidden_by(earlier, route):
                raise DeclarationError(
                    f"route {route.id}: {hidden.value} is claimed by {earlier.id} too, which "
                    "comes first; nothing would ever reach it"
                )
