"""A route in canary: whom the service answers, and how the gateway finds out who asks.

On the line: the one stage in which the cookie decides. Enters: a route, its standing, both
sides' actions. Leaves: entries of the table, the first that fits decides. Pure functions.
"""

import re
from collections.abc import Iterator

from strangler import flags, testers
from strangler.audience import Audience
from strangler.routes import Route
from strangler.stages import Standing

from .claims import (
    BUCKET,
    BUCKET_FOR_THE_LOG,
    BUCKET_ONLY,
    CLAIMS,
    GROUPS,
    PERSON,
    PERSON_OR_TESTER,
    STAFF,
    TESTER,
    USER,
    VERIFICATION,
)
from .entry import bounded, entry, uncounted
from .matching import (
    also,
    header_contains,
    header_fits,
    header_is,
    header_within,
    is_there,
)
from .resources import Resource

_HTTP = "type.googleapis.com/envoy.extensions.filters.http"
_ON = "type.googleapis.com/envoy.config.route.v3.FilterConfig"


def canary(
    route: Route, standing: Standing, match: Resource, service: Resource, monolith: Resource
) -> Iterator[Resource]:
    """Yield the chosen ones' entries, then those that find out who they are.

    A request arrives without the headers (a client's own are stripped), so it first matches
    one of the last entries. Those are the only ones which have the cookie verified; what it
    says becomes headers, and the table is gone through again.
    """
    for each in _entries(route, standing, match, service, monolith):
        # What the filter told the table is no origin's business.
        yield each | {"request_headers_to_remove": list(CLAIMS)}


def _entries(
    route: Route, standing: Standing, match: Resource, service: Resource, monolith: Resource
) -> Iterator[Resource]:
    there, here = (
        also(match, header_contains(TESTER, testers.side(route.id, side))) for side in testers.SIDES
    )
    yield from bounded(route, standing, "tester", there, service)
    yield entry(route, standing, "tester", here, monolith)
    for decision, condition in _chosen(route.flag, standing.audience):
        yield from bounded(route, standing, decision, also(match, condition), service)
    # Few carry a token, and to look for a second signature costs each of the others 5 us.
    for carrying in _with_token(match):
        asking = _verifying(route, PERSON_OR_TESTER)
        yield entry(route, standing, "rest", carrying, monolith, asking)
    audience = standing.audience
    named = audience.users or audience.staff or audience.groups
    asking = _verifying(route, PERSON if named else BUCKET_ONLY)
    yield entry(route, standing, "rest", match, monolith, asking)


def _chosen(flag: str, audience: Audience) -> Iterator[tuple[str, Resource]]:
    """Yield whom the service answers, as conditions of which one is enough."""
    if audience.users:
        yield "user", header_fits(USER, "|".join(map(re.escape, audience.subjects)))
    if audience.staff:
        yield "staff", header_is(STAFF, "true")
    for group in audience.groups:
        yield "group", header_contains(GROUPS, f",{group},")
    for start, end in flags.ranges(flag, audience.percent):
        yield "bucket", header_within(BUCKET, start, end)


def _with_token(match: Resource) -> Iterator[Resource]:
    """Yield where a tester's token may be: in a header, a cookie, or the address."""
    yield also(match, is_there(testers.HEADER))
    yield also(match, header_contains("cookie", f"{testers.COOKIE}="))
    yield {**match, "query_parameters": [is_there(testers.PARAMETER)]}


def _verifying(route: Route, whom: str) -> Resource:
    asked = {"@type": f"{_HTTP}.jwt_authn.v3.PerRouteConfig", "requirement_name": whom}
    kept = {"@type": _ON, "config": {"@type": f"{_HTTP}.set_filter_state.v3.Config"}}
    return {VERIFICATION: asked, BUCKET_FOR_THE_LOG: kept, **uncounted(route)}
