"""Routes and the gateway over HTTP: the same services as the command line.

On the line: a console, a deploy script or the autopilot -> this -> ``services``.
"""

from typing import Any

from django.db import DatabaseError, connections
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response

from strangler.routes import Route
from strangler.stages import Stage

from . import described, ledger, services
from .ledger import Author
from .models import GatewayChange, RouteChange
from .rest import HISTORY, History, Look, Move, RollbackBody, StageBody, View
from .services import Outcome


class Routes(View):
    """Finds the route that the URL names."""

    def found(self, name: str) -> Route:
        return ledger.find("route", self.config.routes(), name)

    def told(self, found: Route) -> dict[str, Any]:
        return described.route(self.config, found)


class RouteList(Routes):
    """Every declared route and where it stands."""

    def get(self, request: Request) -> Response:
        routes = self.config.routes()
        return Response({"routes": [described.stands(self.config, route) for route in routes]})


class RouteLook(Routes, Look):
    """One route."""


class RouteHistory(Routes, History):
    """Every change of a route, the latest first."""

    def changes(self, found: Route) -> QuerySet[RouteChange]:
        return RouteChange.objects.filter(route_id=found.id)


class RouteStage(Routes, Move):
    """Move a route."""

    kind = StageBody

    def move(self, found: Route, author: Author, wish: dict[str, Any]) -> Outcome:
        revision = wish.pop("revision", None)
        return services.set_route(
            self.config, found, author=author, expected_revision=revision, **wish
        )


class RouteRollback(Routes, Move):
    """Take a route back to where it was safer."""

    kind = RollbackBody

    def move(self, found: Route, author: Author, wish: dict[str, Any]) -> Outcome:
        to = Stage(wish["to"]) if "to" in wish else None
        return services.rollback(found, author, to=to, expected_revision=wish.get("revision"))


class RouteUndo(Routes, Move):
    """Take the last change of a route back, whichever it was."""

    def move(self, found: Route, author: Author, wish: dict[str, Any]) -> Outcome:
        revision = wish.get("revision")
        return services.undo(self.config, found, author, expected_revision=revision)


class RouteSwitch(Routes, Move):
    """Send a route to the monolith wherever it stands, or let it be answered as it stands."""

    turn = staticmethod(services.close)

    def move(self, found: Route, author: Author, wish: dict[str, Any]) -> int:
        return self.turn(author, found)


class Gateway(View):
    """Whether everything goes to the monolith."""

    def get(self, request: Request) -> Response:
        return Response(described.gateway())


class GatewayHistory(View):
    """Every turn of a kill switch, a route's or everything's; the latest first."""

    def get(self, request: Request) -> Response:
        turns = GatewayChange.objects.all()[:HISTORY]
        return Response({"changes": [turn.told() for turn in turns]})


class GatewaySwitch(Move):
    """Send everything to the monolith, or let every route be answered as it stands."""

    turn = staticmethod(services.close)

    def found(self, name: str) -> None:
        return None

    def move(self, found: None, author: Author, wish: dict[str, Any]) -> int:
        return self.turn(author)

    def told(self, found: None) -> dict[str, Any]:
        return described.gateway()


def healthz(request: HttpRequest) -> HttpResponse:
    """Say whether the control plane can do its work: its database answers."""
    try:
        with connections[ledger.database()].cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("the database does not answer\n", status=503, content_type="text/plain")
    return HttpResponse("ok\n", content_type="text/plain")
