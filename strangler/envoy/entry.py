"""One entry of the table: which requests, who answers, and by which filters they go.

On the line: a route's standing becomes a few of these. Leaves: a Route in Envoy's words.
Pure functions.
"""

from strangler.routes import Route
from strangler.stages import Standing

from .resources import Resource

BODY_LIMIT = "envoy.filters.http.buffer"
_BUFFER = "type.googleapis.com/envoy.extensions.filters.http.buffer.v3.BufferPerRoute"


def entry(
    route: Route,
    standing: Standing,
    decision: str,
    match: Resource,
    action: Resource,
    filters: Resource | None = None,
) -> Resource:
    """Return the entry; ``filters`` are those that are on for its requests."""
    return {
        "name": route.id,
        "match": match,
        "route": action,
        "metadata": {
            "filter_metadata": {"banyan": {"stage": standing.stage, "decision": decision}}
        },
        **({"typed_per_filter_config": filters} if filters else {}),
    }


def limited(route: Route) -> Resource:
    """Refuse a longer body than the service takes, whether its length is told or not."""
    if route.max_body is None:
        return {}
    return {BODY_LIMIT: {"@type": _BUFFER, "buffer": {"max_request_bytes": route.max_body}}}


def not_yet_limited(route: Route) -> Resource:
    """Have the limit at hand: only what is on at the first look at the table can be on later."""
    return {} if route.max_body is None else {BODY_LIMIT: {"@type": _BUFFER, "disabled": True}}
