"""One entry of the table: which requests, who answers, and by which filters they go.

On the line: a route's standing becomes a few of these. Leaves: Routes in Envoy's words.
Pure functions.
"""

from collections.abc import Iterator

from strangler.routes import Route
from strangler.stages import Standing

from .matching import also, header_within, is_there
from .resources import Resource

BODY_LIMIT = "envoy.filters.http.buffer"
_BUFFER = "type.googleapis.com/envoy.extensions.filters.http.buffer.v3.BufferPerRoute"
_LENGTH = "content-length"


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
        **_told(route, standing, decision, match),
        "route": action,
        **({"typed_per_filter_config": filters} if filters else {}),
    }


def bounded(
    route: Route, standing: Standing, decision: str, match: Resource, action: Resource
) -> Iterator[Resource]:
    """Yield the entries by which the service is asked, and spared a longer body than it takes.

    A body that tells its length is streamed, or refused before it is sent. One that does not is
    kept until it can be counted: its sender is not asked to go on, should they wait for that.
    """
    if route.max_body is None:
        yield entry(route, standing, decision, match, action)
        return
    short = also(match, header_within(_LENGTH, 0, route.max_body + 1))
    yield entry(route, standing, decision, short, action, uncounted(route))
    longer = also(match, is_there(_LENGTH))
    refused = _told(route, standing, "too-large", longer)
    yield {**refused, "direct_response": {"status": 413}}
    counted = {BODY_LIMIT: {"@type": _BUFFER, "buffer": {"max_request_bytes": route.max_body}}}
    yield entry(route, standing, decision, match, action, counted)


def uncounted(route: Route) -> Resource:
    """Have the limit at hand: only what is on at the first look at the table can be on later."""
    return {} if route.max_body is None else {BODY_LIMIT: {"@type": _BUFFER, "disabled": True}}


def _told(route: Route, standing: Standing, decision: str, match: Resource) -> Resource:
    told = {"stage": standing.stage, "decision": decision}
    return {"name": route.id, "match": match, "metadata": {"filter_metadata": {"banyan": told}}}
