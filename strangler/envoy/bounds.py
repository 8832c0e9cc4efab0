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
    """Return the entry that refuses a body which says that it has more bytes; 0: no such entry."""
    if not body:
        return []
    longer = {"name": "content-length", "range_match": {"start": body + 1, "end": _ANY_LENGTH}}
    match = {"prefix": "/", "headers": [longer]}
    return [{"name": "too-large", "match": match, "direct_response": {"status": 413}}]
