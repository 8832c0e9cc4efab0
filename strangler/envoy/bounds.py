"""What is answered at the door: paths that only processes may ask, bodies that are too large.

On the line: before any route. Leaves: entries of the table as plain data. Pure functions.
"""

import re

from .resources import Resource

_ANY_LENGTH = 2**62


def not_found(prefix: str) -> Resource:
    """Return the entry that hides what lies below a prefix, however its slashes are spelled.

    To Django "/internal%2fkeys" is "/internal/keys"; all but slashes the door has decoded.
    """
    # Envoy takes no path that begins otherwise, and by its beginning the entry is found.
    spelled = "(?:/|%2[fF])".join(map(re.escape, prefix.removeprefix("/").split("/")))
    match = {"safe_regex": {"regex": f"/{spelled}.*"}}
    return {"name": "private", "match": match, "direct_response": {"status": 404}}


def too_large(body: int) -> list[Resource]:
    """Return the entries that refuse more bytes than these, or not told how many; 0: no such entry.

    Envoy could only count a body in chunks by keeping it, which would stream no upload any more.
    """
    if not body:
        return []
    longer = {"name": "content-length", "range_match": {"start": body + 1, "end": _ANY_LENGTH}}
    untold = {"name": "content-length", "present_match": True, "invert_match": True}
    # What else may have a body has none in earnest.
    senders = {"name": ":method", "string_match": {"safe_regex": {"regex": "POST|PUT|PATCH"}}}
    return [_refused("too-large", 413, longer), _refused("length-untold", 411, untold, senders)]


def _refused(name: str, status: int, *headers: Resource) -> Resource:
    match = {"prefix": "/", "headers": list(headers)}
    return {"name": name, "match": match, "direct_response": {"status": status}}
