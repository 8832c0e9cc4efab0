"""The control plane's API: the same services as the command line, over HTTP.

On the line: a console, a deploy script or the autopilot -> this -> ``services``. Reading
is open to whoever reaches the port; moving a route needs a staff user's token or session.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from django.db import DatabaseError, connections
from django.http import HttpRequest, HttpResponse
from rest_framework import serializers, status
from rest_framework.authentication import SessionAuthentication, TokenAuthentication
from rest_framework.exceptions import APIException
from rest_framework.parsers import JSONParser
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from strangler.envoy.answers import Answers, answers
from strangler.envoy.configuration import Configuration
from strangler.envoy.gateway import Gateway as Envoy
from strangler.envoy.render import MONOLITH
from strangler.routes import Route
from strangler.stages import Stage

from . import ledger, services
from .configured import configuration
from .ledger import Author, ControlError, Objection, Outdated, Unknown
from .models import ClosedRoute, RouteChange
from .services import Wish

HISTORY = 100


class StaffMayWrite(BasePermission):
    """Anybody may look; only staff may move a route."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return request.method in SAFE_METHODS or bool(request.user and request.user.is_staff)


class Declined(APIException):
    """A wish that was not granted, with its one line."""

    def __init__(self, error: Exception) -> None:
        super().__init__(str(error))
        self.status_code = status.HTTP_400_BAD_REQUEST
        if isinstance(error, Unknown):
            self.status_code = status.HTTP_404_NOT_FOUND
        if isinstance(error, Outdated | Objection):
            self.status_code = status.HTTP_409_CONFLICT


@contextmanager
def declining() -> Iterator[None]:
    """Answer a wish that is not granted with its one line."""
    try:
        yield
    except ControlError as error:
        raise Declined(error) from error


class AudienceBody(serializers.Serializer[Any]):
    """Whom something reaches; what is not named stays as it is."""

    percent = serializers.DecimalField(max_digits=5, decimal_places=2, required=False)
    groups = serializers.ListField(child=serializers.CharField(max_length=150), required=False)
    users = serializers.ListField(child=serializers.CharField(max_length=150), required=False)
    staff = serializers.BooleanField(required=False, allow_null=True, default=None)
    until = serializers.CharField(required=False, allow_blank=True)
    reason = serializers.CharField()
    revision = serializers.IntegerField(required=False)
    dry_run = serializers.BooleanField(default=False)

    def get_fields(self) -> dict[str, Any]:
        # A word of Python's own, so it cannot be written as an attribute.
        return {
            **super().get_fields(),
            "from": serializers.CharField(required=False, allow_blank=True, source="since"),
        }

    def audience(self) -> dict[str, Any]:
        """Return what of it was named."""
        found = self.validated_data
        names = ("percent", "groups", "users", "staff", "since", "until")
        return {name: found.get(name) for name in names}


class StageBody(AudienceBody):
    """A wish: where the route shall stand, why, and what the asker has seen."""

    stage = serializers.ChoiceField([stage.value for stage in Stage])
    force = serializers.BooleanField(default=False)


class ReasonBody(serializers.Serializer[Any]):
    """Why, and what the asker has seen."""

    reason = serializers.CharField()
    revision = serializers.IntegerField(required=False)


class RollbackBody(serializers.Serializer[Any]):
    """A step back: why, and how far."""

    reason = serializers.CharField()
    to = serializers.ChoiceField([stage.value for stage in Stage], required=False)


class View(APIView):
    """Finds the route that the URL names."""

    # Named here, not left to settings: what guards the gateway guards it everywhere.
    authentication_classes = [TokenAuthentication, SessionAuthentication]
    permission_classes = [StaffMayWrite]
    parser_classes = [JSONParser]
    renderer_classes = [JSONRenderer]

    @property
    def config(self) -> Configuration:
        return configuration()

    def route(self, route_id: str) -> Route:
        with declining():
            return services.find(self.config.routes(), route_id)

    def body(self, request: Request, kind: type[serializers.Serializer[Any]]) -> dict[str, Any]:
        body = kind(data=request.data)
        body.is_valid(raise_exception=True)
        return dict(body.validated_data)

    def author(self, request: Request, reason: str) -> Author:
        return Author(request.user.get_username(), reason)


class RouteList(View):
    """Every declared route and where it stands."""

    def get(self, request: Request) -> Response:
        return Response({"routes": [stands(self.config, route) for route in self.config.routes()]})


class RouteDetail(View):
    """One route."""

    def get(self, request: Request, route_id: str) -> Response:
        return Response(described(self.config, self.route(route_id)))


class RouteStage(View):
    """Move a route."""

    def post(self, request: Request, route_id: str) -> Response:
        route = self.route(route_id)
        body = StageBody(data=request.data)
        body.is_valid(raise_exception=True)
        wish = body.validated_data
        with declining():
            services.set_route(
                self.config,
                route,
                Wish(wish["stage"], **body.audience()),
                self.author(request, wish["reason"]),
                expected_revision=wish.get("revision"),
                dry_run=wish["dry_run"],
                force=wish["force"],
            )
        return Response(described(self.config, route))


class RouteRollback(View):
    """Take a route back to where it was safer."""

    def post(self, request: Request, route_id: str) -> Response:
        route = self.route(route_id)
        wish = self.body(request, RollbackBody)
        to = Stage(wish["to"]) if "to" in wish else None
        with declining():
            services.rollback(route, self.author(request, wish["reason"]), to=to)
        return Response(described(self.config, route))


class RouteUndo(View):
    """Take the last change of a route back, whichever it was."""

    def post(self, request: Request, route_id: str) -> Response:
        route = self.route(route_id)
        wish = self.body(request, ReasonBody)
        author = self.author(request, wish["reason"])
        with declining():
            services.undo(self.config, route, author, expected_revision=wish.get("revision"))
        return Response(described(self.config, route))


class RouteSwitch(View):
    """Send a route to the monolith wherever it stands, or let it be answered as it stands."""

    turn = staticmethod(services.close)

    def post(self, request: Request, route_id: str) -> Response:
        route = self.route(route_id)
        with declining():
            self.turn(self.author(request, self.body(request, ReasonBody)["reason"]), route)
        return Response(described(self.config, route))


class RouteHistory(View):
    """Every change of a route, the latest first."""

    def get(self, request: Request, route_id: str) -> Response:
        changes = RouteChange.objects.filter(route_id=self.route(route_id).id).order_by("-id")
        return Response({"changes": [told(change) for change in changes[:HISTORY]]})


class Gateway(View):
    """Whether everything goes to the monolith."""

    def get(self, request: Request) -> Response:
        now = services.snapshot()
        return Response({"revision": now.revision, "all_to_monolith": now.all_to_monolith})


class GatewaySwitch(View):
    """Send everything to the monolith, or let every route be answered as it stands."""

    turn = staticmethod(services.close)

    def post(self, request: Request) -> Response:
        with declining():
            self.turn(self.author(request, self.body(request, ReasonBody)["reason"]))
        now = services.snapshot()
        return Response({"revision": now.revision, "all_to_monolith": now.all_to_monolith})


def described(config: Configuration, route: Route) -> dict[str, Any]:
    """Return a route as the API and `route show --json` tell it."""
    return {**stands(config, route), "answers": answered(config, route)}


def answered(config: Configuration, route: Route) -> dict[str, Any] | None:
    """Return who answered what the service was asked; ``None`` while the gateway is away."""
    metrics = Envoy(config.admin).metrics()
    if metrics is None:
        return None
    found = answers(metrics, MONOLITH).get(route.id, Answers())
    return {**asdict(found), "fallback_percent": found.fallback_percent}


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


def told(change: RouteChange) -> dict[str, Any]:
    """Return one change as the API and `route show --json` tell it."""
    return {
        "at": change.at.isoformat(),
        "who": change.who,
        "reason": change.reason,
        "before": change.before,
        "after": change.after,
        "overridden": change.overridden,
    }


def healthz(request: HttpRequest) -> HttpResponse:
    """Say whether the control plane can do its work: its database answers."""
    try:
        with connections[ledger.database()].cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("the database does not answer\n", status=503, content_type="text/plain")
    return HttpResponse("ok\n", content_type="text/plain")
