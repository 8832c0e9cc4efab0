"""The table, found by the beginning of the path: a hundred routes cost a request what one does.

On the line: after the table is rendered, before Envoy reads it. Envoy asks a list's entries one
by one, headers before paths, so that a page of the monolith would pay for every route there is.
Enters: a table. Leaves: the same decisions, entry by entry in the same order. Pure functions.
"""

import re

from .resources import Resource

_TYPES = "type.googleapis.com/envoy"
# Where an expression stops to say one thing only.
_LITERAL = re.compile(r"(?:[^\\.^$*+?()\[\]{}|]|\\[^A-Za-z0-9])*")


def indexed(table: Resource) -> Resource:
    """Return the table with its entries in lists, one for each beginning that a path can have."""
    return {**table, "virtual_hosts": [_indexed(host) for host in table["virtual_hosts"]]}


def _indexed(host: Resource) -> Resource:
    entries = [(_beginning(entry["match"]), entry) for entry in host["routes"]]
    # The longest one that fits is chosen, and nothing follows; so its list has all that could.
    lists = {
        key: [entry for beginning, entry in entries if key.startswith(beginning)]
        for key, _ in entries
        if key
    }
    path = {
        "@type": f"{_TYPES}.type.matcher.v3.HttpRequestHeaderMatchInput",
        "header_name": ":path",
    }
    tree = {
        "input": {"name": "path", "typed_config": path},
        "prefix_match_map": {"map": {key: _action(some) for key, some in lists.items()}},
    }
    rest = {name: value for name, value in host.items() if name != "routes"}
    return {**rest, "matcher": {"matcher_tree": tree}}


def _action(entries: list[Resource]) -> Resource:
    routes = {"@type": f"{_TYPES}.config.route.v3.RouteList", "routes": entries}
    return {"action": {"name": "routes", "typed_config": routes}}


def _beginning(match: Resource) -> str:
    """Return what every path begins with that could fit."""
    for kind in ("path", "prefix"):
        if kind in match:
            return str(match[kind])
    regex: str = match["safe_regex"]["regex"]
    if "|" in _outside(regex):
        return ""
    found = _LITERAL.match(regex)
    literal = found[0] if found else ""
    if regex[len(literal) : len(literal) + 1] in ("*", "?", "{"):
        # The last letter need not be there.
        literal = literal[:-1]
    return re.sub(r"\\(.)", r"\1", literal)


def _outside(regex: str) -> str:
    """Return an expression without what stands in groups, classes and escapes."""
    bare = re.sub(r"\\.|\[[^]]*\]", "", regex)
    while (inner := re.sub(r"\([^()]*\)", "", bare)) != bare:
        bare = inner
    return bare
