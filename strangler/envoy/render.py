"""Routes and where they stand, as Envoy's route table.

On the line: the control plane's snapshot -> this table -> the gateway picks a cluster
for each request. Enters: routes, a snapshot. Leaves: a RouteConfiguration as plain data.
Pure functions. First match wins, so the order of entries is the decision.
"""

import re
from collections.abc import Iterator, Sequence

from strangler import flags, testers
from strangler.audience import Audience
from strangler.routes import Path, Route, Timeouts
from strangler.snapshot import Snapshot
from strangler.stages import Stage, Standing

from .bounds import not_found, too_large
from .matching import also, header_contains, header_fits, header_is, header_within, request_match
from .resources import Resource
from .retries import CAREFUL_RETRY, ELSEWHERE, NEXT_PRIORITY, SAFE_RETRY, STALE_CONNECTION

MONOLITH = "monolith"
TABLE = "banyan"
REQUIREMENT = "identity"
# What a good cookie or token becomes; a client's own are taken away first.
BUCKET, GROUPS, STAFF, USER = (f"x-banyan-{name}" for name in ("bucket", "groups", "staff", "user"))
TESTER = "x-banyan-tester"
CLAIMS = (BUCKET, GROUPS, STAFF, USER, TESTER)
# Filters that do nothing unless an entry asks for them.
VERIFICATION = "envoy.filters.http.jwt_authn"
BODY_LIMIT = "envoy.filters.http.buffer"
SHADOW = "x-banyan-shadow"
ENVOYS_OWN = (
    "x-envoy-attempt-count",
    "x-envoy-decorator-operation",
    "x-envoy-overloaded",
    "x-envoy-upstream-service-time",
)


def route_table(
    routes: Sequence[Route], snapshot: Snapshot, private: Sequence[str] = (), body: int = 0
) -> Resource:
    """Return the whole table; the last entries give everything else to the monolith.

    What lies below a ``private`` prefix does not exist for whoever comes through the gateway.
    A ``body`` of more bytes is not taken; 0 leaves it to the origin.
    """
    moved = [] if snapshot.all_to_monolith else list(_moved(routes, snapshot))
    entries = [*map(not_found, private), *too_large(body), *moved]
    return {
        "@type": "type.googleapis.com/envoy.config.route.v3.RouteConfiguration",
        "name": TABLE,
        # What Envoy and the cookie's filter tell the table on the way in is no origin's business.
        "request_headers_to_remove": ["x-envoy-external-address", "x-envoy-internal", *CLAIMS],
        # An origin that is behind a gateway of its own may say these; they are no client's.
        "response_headers_to_remove": [*CLAIMS, SHADOW, *ENVOYS_OWN],
        "virtual_hosts": [
            {
                "name": TABLE,
                "domains": ["*"],
                "routes": [*entries, *_everything_else()],
                # The mark of a request that is asked again: `x-envoy-attempt-count: 2`.
                "include_request_attempt_count": True,
            }
        ],
    }


def fallback(service: str) -> str:
    """Return the name of the cluster that asks a service first, then the monolith."""
    return f"{service}-or-{MONOLITH}"


def _moved(routes: Sequence[Route], snapshot: Snapshot) -> Iterator[Resource]:
    for route in routes:
        standing = snapshot.standing(route)
        for path in route.paths:
            if route.safe_methods:
                yield from _entries(route, standing, path, route.safe_methods, is_safe=True)
            if route.unsafe_methods:
                yield from _entries(route, standing, path, route.unsafe_methods, is_safe=False)


def _entries(
    route: Route, standing: Standing, path: Path, methods: tuple[str, ...], *, is_safe: bool
) -> Iterator[Resource]:
    match = request_match(route, path, methods)
    service = _to_service(route, is_safe=is_safe)
    retired = _to(route.service, SAFE_RETRY if is_safe else CAREFUL_RETRY, route.timeouts)
    monolith = _to_monolith(is_safe=is_safe)
    match standing.stage:
        case Stage.MONOLITH:
            yield _entry(route, standing, "monolith", match, monolith)
        case Stage.SHADOW:
            copied = {**monolith, **_copied_to(route.service)} if is_safe else monolith
            yield _entry(route, standing, "monolith", match, copied)
        case Stage.CANARY:
            yield from _canary(route, standing, match, service, monolith)
        case Stage.CUTOVER:
            yield _entry(route, standing, "everybody", match, service)
        case Stage.RETIRED:
            yield _entry(route, standing, "everybody", match, retired)


def _canary(
    route: Route, standing: Standing, match: Resource, service: Resource, monolith: Resource
) -> Iterator[Resource]:
    """Yield the chosen ones' entries, then the one that finds out who they are.

    A request arrives without the headers (a client's own are stripped), so it first
    matches the last entry. That is the only one which has the cookie verified; what
    the cookie says becomes headers, and the table is gone through again.
    """
    for side, action in (("service", service), ("monolith", monolith)):
        told = header_contains(TESTER, testers.side(route.id, side))
        yield _entry(route, standing, "tester", also(match, told), action)
    for decision, condition in _chosen(route.flag, standing.audience):
        yield _entry(route, standing, decision, also(match, condition), service)
    yield _entry(route, standing, "rest", match, monolith, verify=True)


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


def _entry(
    route: Route,
    standing: Standing,
    decision: str,
    match: Resource,
    action: Resource,
    *,
    verify: bool = False,
) -> Resource:
    filters = {} if action["cluster"] == MONOLITH else _limited(route)
    if verify:
        filters[VERIFICATION] = {
            "@type": "type.googleapis.com/"
            "envoy.extensions.filters.http.jwt_authn.v3.PerRouteConfig",
            "requirement_name": REQUIREMENT,
        }
    return {
        "name": route.id,
        "match": match,
        "route": action,
        "metadata": {
            "filter_metadata": {"banyan": {"stage": standing.stage, "decision": decision}}
        },
        **({"typed_per_filter_config": filters} if filters else {}),
    }


def _limited(route: Route) -> Resource:
    """Refuse a longer body than the service takes, whether its length is told or not."""
    limit = {
        "@type": "type.googleapis.com/envoy.extensions.filters.http.buffer.v3.BufferPerRoute",
        "buffer": {"max_request_bytes": route.max_body},
    }
    return {} if route.max_body is None else {BODY_LIMIT: limit}


def _to_service(route: Route, *, is_safe: bool) -> Resource:
    retry = SAFE_RETRY if is_safe else CAREFUL_RETRY
    action = _to(fallback(route.service), {**retry, **NEXT_PRIORITY}, route.timeouts)
    if is_safe:
        # A service that has taken a request but says nothing for this long is not waited
        # for alone any more: the monolith is asked too, and the first answer wins.
        action["retry_policy"]["per_try_timeout"] = f"{route.timeouts.patience:g}s"
        # Without hedging the monolith, asked second, would have the same short
        # patience. With it both are waited for, up to the total.
        action["hedge_policy"] = {"hedge_on_per_try_timeout": True}
    return action


def _to_monolith(*, is_safe: bool) -> Resource:
    # No limit in time, as without a gateway: long downloads and uploads are the
    # monolith's business. A silent stream still ends by the listener's idle timeout.
    retry = STALE_CONNECTION if is_safe else CAREFUL_RETRY
    return {"cluster": MONOLITH, "timeout": "0s", "retry_policy": {**retry, **ELSEWHERE}}


def _to(cluster: str, retry: Resource, timeouts: Timeouts) -> Resource:
    return {"cluster": cluster, "timeout": f"{timeouts.total:g}s", "retry_policy": retry}


def _copied_to(service: str) -> Resource:
    copy = {
        "cluster": service,
        "disable_shadow_host_suffix_append": True,
        "request_headers_mutations": [{"append": {"header": {"key": SHADOW, "value": "1"}}}],
    }
    return {"request_mirror_policies": [copy]}


def _everything_else() -> list[Resource]:
    safe = {"prefix": "/", "headers": [header_fits(":method", "GET|HEAD")]}
    return [
        {"name": MONOLITH, "match": safe, "route": _to_monolith(is_safe=True)},
        {"name": MONOLITH, "match": {"prefix": "/"}, "route": _to_monolith(is_safe=False)},
    ]
