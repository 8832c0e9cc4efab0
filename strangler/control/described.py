"""Where routes, flags and the gateway stand, in the words of the API and of `show --json`.

On the line: the control plane's database and Envoy's counters -> this -> people and programs.
"""

from dataclasses import asdict
from typing import Any

from strangler.declared import Flag
from strangler.envoy.answers import Answers
from strangler.envoy.configuration import Configuration
from strangler.envoy.gateway import Gateway
from strangler.routes import Route

from . import flagging, services
from .measuring import judgements
from .models import ClosedRoute


def gateway() -> dict[str, Any]:
    """Return where the gateway as a whole stands."""
    now = services.snapshot()
    return {"revision": now.revision, "all_to_monolith": now.all_to_monolith}


def route(config: Configuration, route: Route) -> dict[str, Any]:
    """Return a route as the API and `route show --json` tell it."""
    found = Gateway(config.admin).answers(route.id)
    return {
        **stands(config, route),
        # Without a gateway nobody knows.
        "answers": found and answered(found),
        "judged": [gate.to_json() for gate in judgements(config, route, answers=found)],
    }


def answered(found: Answers) -> dict[str, Any]:
    """Return who answered what the service was asked."""
    shares = {"fallback_percent": found.fallback_percent, "error_percent": found.error_percent}
    return {**asdict(found), **shares}


def stands(config: Configuration, route: Route) -> dict[str, Any]:
    """Return what the reviewed file and the control plane say of a route."""
    now, revision = services.current(route)
    is_closed = ClosedRoute.objects.filter(pk=route.id).exists()
    shut = f"closed, the monolith answers everybody; resumed: {now.words()}"
    can_answer = route.service in config.places
    lonely = f"the monolith answers everybody: service {route.service} has no address"
    return {
        "id": route.id,
        "owner": route.owner,
        "note": route.note,
        "methods": list(route.methods),
        "paths": [{path.match.value: path.value} for path in route.paths],
        "service": route.service,
        "flag": route.flag,
        "hosts": list(route.hosts),
        "guard": route.guard,
        "gates": asdict(route.gates),
        "expires": route.expires and route.expires.isoformat(),
        **now.to_json(),
        "closed": is_closed,
        "revision": revision,
        "meaning": shut if is_closed else now.words() if can_answer else lonely,
    }


def flag(flag: Flag) -> dict[str, Any]:
    """Return a flag as the API and `flags show --json` tell it."""
    now, revision = flagging.current(flag)
    return {
        "id": flag.id,
        "owner": flag.owner,
        "note": flag.note,
        "expires": flag.expires and flag.expires.isoformat(),
        **now.to_json(),
        "revision": revision,
        "meaning": f"on for {now.words()}",
    }
