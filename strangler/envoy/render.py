"""Routes and where they stand, as Envoy's route table.

On the line: the control plane's snapshot -> this table -> the gateway picks a cluster
for each request. Enters: routes, a snapshot. Leaves: a RouteConfiguration as plain data.
Pure functions. First match wins, so the order of entries is the decision.
"""

from collections.abc import Iterator, Sequence

from strangler.routes import Path, Route, Timeouts
from strangler.snapshot import Snapshot
from strangler.stages import Stage, Standing

from .bounds import not_found, too_large
from .canary import canary
from .claims import CLAIMS
from .entry import bounded, entry
from .matching import header_fits, request_match
from .resources import Resource
from .retries import CAREFUL_RETRY, ELSEWHERE, NEXT_PRIORITY, SAFE_RETRY, STALE_CONNECTION

MONOLITH = "monolith"
TABLE = "banyan"
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
        # What Envoy tells the table on the way in is no origin's business.
        "request_headers_to_remove": ["x-envoy-external-address", "x-envoy-internal"],
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


def copies(service: str) -> str:
    """Return the name of the cluster by which a service gets copies, and nothing else."""
    return f"{service}-copies"


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
            yield entry(route, standing, "monolith", match, monolith)
        case Stage.SHADOW:
            copied = {**monolith, **_copied_to(route.service)} if is_safe else monolith
            yield entry(route, standing, "monolith", match, copied)
        case Stage.CANARY:
            yield from canary(route, standing, match, service, monolith)
        case Stage.CUTOVER:
            yield from bounded(route, standing, "everybody", match, service)
        case Stage.RETIRED:
            yield from bounded(route, standing, "everybody", match, retired)


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
    # monolith's business. A silent stream still ends by the listener's idle timeout. A route
    # asks for the same by `total = 0`.
    retry = STALE_CONNECTION if is_safe else CAREFUL_RETRY
    return {"cluster": MONOLITH, "timeout": "0s", "retry_policy": {**retry, **ELSEWHERE}}


def _to(cluster: str, retry: Resource, timeouts: Timeouts) -> Resource:
    return {"cluster": cluster, "timeout": f"{timeouts.total:g}s", "retry_policy": retry}


def _copied_to(service: str) -> Resource:
    copy = {
        "cluster": copies(service),
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
