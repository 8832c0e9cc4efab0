"""What a route's gates ask for, measured: of the gateway and of the service, and nothing unasked.

On the line: somebody wants to move a route, or looks at it -> this -> `gates`.
"""

from strangler.envoy.answers import Answers
from strangler.envoy.configuration import Configuration
from strangler.envoy.gateway import Gateway
from strangler.routes import Route

from .gates import Judged, judged
from .readiness import Readiness, readiness


def judgements(
    config: Configuration,
    route: Route,
    ready: Readiness | None = None,
    answers: Answers | None = None,
) -> tuple[Judged, ...]:
    """Return a judgement of each gate that is asked for; what is known already is not asked."""
    gates, gateway = route.gates, Gateway(config.admin)
    if not gates.declared:
        return ()
    if ready is None and gates.lag_seconds is not None and route.service in config.places:
        ready = readiness(config.places[route.service])
    slower = None if gates.slower_ms is None else gateway.slower_ms(route.id, route.service)
    lag = None if ready is None else ready.lag_seconds
    return judged(gates, answers or gateway.answers(route.id), lag, slower)
