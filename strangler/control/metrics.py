"""What whoever collects metrics is told: where routes stand, and who answers them.

On the line: the control plane's database and Envoy's counters -> this -> Prometheus. Envoy's
own are handed on, because its admin listens where only its neighbours are. Either may be away:
the other's are told, and that it is.
"""

from collections.abc import Iterator

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from strangler.envoy.configuration import Configuration
from strangler.envoy.gateway import Gateway

from . import services
from .configured import configuration
from .ledger import ONLY
from .models import GatewayState


def metrics(request: HttpRequest) -> HttpResponse:
    """Answer in Prometheus' text format."""
    config = configuration()
    answered = Gateway(config.admin).metrics()
    told = [*_of_database(config), *_of_gateway(is_up=answered is not None), answered or ""]
    return HttpResponse("\n".join(told), content_type="text/plain; version=0.0.4; charset=utf-8")


def _of_database(config: Configuration) -> list[str]:
    head = _gauge("control_database_up", "Whether the control plane's database answers.")
    try:
        told = [*_of_routes(config), *_of_revisions()]
    except DatabaseError:
        return [*head, "banyan_control_database_up 0"]
    return [*head, "banyan_control_database_up 1", *told]


def _of_routes(config: Configuration) -> Iterator[str]:
    routes = config.routes()
    now = services.snapshot().in_effect(routes, timezone.now())
    yield from _gauge("route_percent", "Share that a service answers, beside who goes first.")
    for route in routes:
        standing = now.standing(route)
        percent = 0 if now.all_to_monolith else standing.answered.percent
        yield f'banyan_route_percent{{route="{route.id}",stage="{standing.stage}"}} {percent:g}'


def _of_gateway(*, is_up: bool) -> Iterator[str]:
    yield from _gauge("gateway_up", "Whether Envoy answers its operators.")
    yield f"banyan_gateway_up {is_up:d}"


def _of_revisions() -> Iterator[str]:
    state = GatewayState.objects.filter(pk=ONLY).first() or GatewayState()
    yield from _gauge("all_to_monolith", "Whether everything goes to the monolith.")
    yield f"banyan_all_to_monolith {state.all_to_monolith:d}"
    yield from _gauge("revisions_waiting", "Changes that the agent has not put in place.")
    yield f"banyan_revisions_waiting {state.revision - state.rendered_revision}"


def _gauge(name: str, words: str) -> tuple[str, str]:
    return f"# HELP banyan_{name} {words}", f"# TYPE banyan_{name} gauge"
