"""Which requests an entry of the table is for, in Envoy's words.

On the line: the left-hand side of the route table. Enters: a route's path, hosts and
methods. Leaves: a RouteMatch as plain data. Pure functions.
"""

import re

from strangler.routes import Match, Path, Route

from .resources import Resource


def request_match(route: Route, path: Path, methods: tuple[str, ...]) -> Resource:
    """Return the match of one path of a route, for some of its methods."""
    headers = [header_fits(":method", "|".join(methods))]
    if route.hosts:
        # A browser names the port too, unless it is the scheme's own.
        names = "|".join(map(re.escape, route.hosts))
        headers.append(header_fits(":authority", f"(?i)({names})(:[0-9]+)?"))
    return {**_path(path), "headers": headers}


def also(match: Resource, *conditions: Resource) -> Resource:
    """Return a match that asks for these headers too.

    They come first: most requests have none of them, and are spared the expression for methods.
    """
    return {**match, "headers": [*conditions, *match["headers"]]}


def header_fits(name: str, regex: str) -> Resource:
    """Return a condition: the whole value of a header fits."""
    return {"name": name, "string_match": {"safe_regex": {"regex": regex}}}


def header_contains(name: str, text: str) -> Resource:
    """Return a condition: a header's value has a text in it."""
    return {"name": name, "string_match": {"contains": text}}


def header_is(name: str, text: str) -> Resource:
    """Return a condition: a header's value is this, to the letter."""
    return {"name": name, "string_match": {"exact": text}}


def is_there(name: str) -> Resource:
    """Return a condition: a header, or a parameter, is sent, whatever it says."""
    return {"name": name, "present_match": True}


def header_within(name: str, start: int, end: int) -> Resource:
    """Return a condition: a header's value is a number of this half-open range."""
    return {"name": name, "range_match": {"start": start, "end": end}}


def _path(path: Path) -> Resource:
    match path.match:
        case Match.EXACT:
            return {"path": path.value}
        case Match.PREFIX:
            return {"prefix": path.value}
    # Envoy compares the whole path without the query string, so it is anchored.
    return {"safe_regex": {"regex": path.regex}}
