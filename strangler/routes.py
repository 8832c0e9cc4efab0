"""The routes that a service may answer, read from the reviewed file ``routes.toml``.

On the line: the last arrow; a browser asks for a path -> one of these claims it -> the
gateway chooses the service or the monolith. Enters: TOML. Leaves: frozen routes.
"""

import re
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path as File
from typing import Any

from .stages import Standing, StandingError, standing

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
METHODS = SAFE_METHODS | {"POST", "PUT", "PATCH", "DELETE"}

_NAME = re.compile(r"[a-z][a-z0-9-]{0,49}")
_REQUIRED = {"id", "owner", "note", "methods", "paths", "service", "flag", "start"}


class RoutesError(ValueError):
    """The file says something that cannot be; the message is one line and names the route."""


class Match(StrEnum):
    """How a path is compared: to the letter, or by its beginning."""

    EXACT = "exact"
    PREFIX = "prefix"


@dataclass(frozen=True, slots=True, order=True)
class Path:
    """A path that the route claims; the query string never matters."""

    match: Match
    value: str

    def covers(self, other: "Path") -> bool:
        """Whether a request could fit both."""
        if self.match is Match.PREFIX and other.match is Match.PREFIX:
            return self.value.startswith(other.value) or other.value.startswith(self.value)
        if self.match is Match.PREFIX:
            return other.value.startswith(self.value)
        if other.match is Match.PREFIX:
            return self.value.startswith(other.value)
        return self.value == other.value


@dataclass(frozen=True, slots=True)
class Accepted:
    """A difference between both sides' answers that was looked at and found to be right."""

    difference: str
    reason: str


@dataclass(frozen=True, slots=True)
class Route:
    """What one extracted feature answers; ``start`` holds until somebody moves it."""

    id: str
    owner: str
    note: str
    methods: tuple[str, ...]
    paths: tuple[Path, ...]
    service: str
    flag: str
    start: Standing
    accepted: tuple[Accepted, ...]

    @property
    def safe_methods(self) -> tuple[str, ...]:
        """Methods that may be asked twice: a retry or a copy changes nothing."""
        return tuple(method for method in self.methods if method in SAFE_METHODS)

    @property
    def unsafe_methods(self) -> tuple[str, ...]:
        return tuple(method for method in self.methods if method not in SAFE_METHODS)


def load(file: File) -> tuple[Route, ...]:
    """Return the file's routes in its order; raises ``RoutesError``."""
    try:
        content = tomllib.loads(file.read_text())
    except OSError as error:
        raise RoutesError(f"{file}: {(error.strerror or str(error)).lower()}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RoutesError(f"{file}: {error}") from error
    return parse(content)


def parse(content: dict[str, Any]) -> tuple[Route, ...]:
    """Return the routes of a file's content; raises ``RoutesError``."""
    _refuse_unknown("the file", content, {"route"})
    entries = content.get("route", [])
    if not isinstance(entries, list):
        raise RoutesError("write each route under [[route]]")
    routes = tuple(_route(entry, number) for number, entry in enumerate(entries, 1))
    _refuse_overlaps(routes)
    return routes


def _route(entry: dict[str, Any], number: int) -> Route:
    who = f"route {entry.get('id') or number}"
    missing = sorted(_REQUIRED - entry.keys())
    if missing:
        raise RoutesError(f"{who}: {', '.join(missing)} missing")
    _refuse_unknown(who, entry, _REQUIRED | {"accepted"})
    return Route(
        id=_name(who, "id", entry["id"]),
        owner=_text(who, "owner", entry["owner"]),
        note=_text(who, "note", entry["note"]),
        methods=_methods(who, entry["methods"]),
        paths=_paths(who, entry["paths"]),
        service=_name(who, "service", entry["service"]),
        flag=_name(who, "flag", entry["flag"]),
        start=_start(who, entry["start"]),
        accepted=_accepted(who, entry.get("accepted", [])),
    )


def _methods(who: str, methods: Any) -> tuple[str, ...]:
    if not isinstance(methods, list) or not methods:
        raise RoutesError(f"{who}: methods must be a list of at least one")
    for method in methods:
        if method not in METHODS:
            raise RoutesError(f"{who}: unknown method {method!r}")
    return tuple(dict.fromkeys(methods))


def _paths(who: str, paths: Any) -> tuple[Path, ...]:
    if not isinstance(paths, list) or not paths:
        raise RoutesError(f"{who}: paths must be a list of at least one")
    return tuple(_path(who, path) for path in paths)


def _path(who: str, path: Any) -> Path:
    if not isinstance(path, dict) or len(path) != 1 or not path.keys() <= set(Match):
        raise RoutesError(f'{who}: write a path as {{ exact = "/…" }} or {{ prefix = "/…/" }}')
    ((match, value),) = path.items()
    if not isinstance(value, str) or not value.startswith("/") or re.search(r"[?#\s]|//", value):
        raise RoutesError(f"{who}: {value!r} is not a path")
    if match == Match.PREFIX and not value.endswith("/"):
        raise RoutesError(f"{who}: prefix {value!r} must end with /, or it would claim more")
    return Path(Match(match), value)


def _start(who: str, start: Any) -> Standing:
    if not isinstance(start, dict) or "stage" not in start:
        raise RoutesError(f"{who}: start must name a stage")
    _refuse_unknown(f"{who}: start", start, {"stage", "percent", "groups"})
    try:
        return standing(start["stage"], start.get("percent"), start.get("groups"))
    except StandingError as error:
        raise RoutesError(f"{who}: {error}") from error


def _accepted(who: str, entries: Any) -> tuple[Accepted, ...]:
    for entry in entries:
        if not isinstance(entry, dict) or entry.keys() != {"difference", "reason"}:
            raise RoutesError(f"{who}: an accepted difference has a difference and a reason")
    return tuple(
        Accepted(_text(who, "difference", e["difference"]), _text(who, "reason", e["reason"]))
        for e in entries
    )


def _name(who: str, field: str, value: Any) -> str:
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise RoutesError(f"{who}: {field} {value!r} must be lower-case letters, digits and -")
    return value


def _text(who: str, field: str, value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise RoutesError(f"{who}: {field} must say something")
    return value


def _refuse_unknown(who: str, found: dict[str, Any], known: set[str]) -> None:
    unknown = sorted(found.keys() - known)
    if unknown:
        raise RoutesError(f"{who}: unknown {', '.join(unknown)}")


def _refuse_overlaps(routes: tuple[Route, ...]) -> None:
    for number, route in enumerate(routes):
        for earlier in routes[:number]:
            if route.id == earlier.id:
                raise RoutesError(f"route {route.id} is declared twice")
            for path in route.paths:
                for other in earlier.paths:
                    if path.covers(other) and set(route.methods) & set(earlier.methods):
                        raise RoutesError(
                            f"route {route.id}: {path.value} is claimed by {earlier.id} too"
                        )
