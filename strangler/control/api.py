"""The control plane's API: the same services as the command line, over HTTP.

On the line: a console, a deploy script or the autopilot -> this -> ``services``. Reading
is open to whoever reaches the port; moving a route needs a staff user's token or session.
"""

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

from strangler.envoy.configuration import Configuration
from strangler.routes import Route
from strangler.stages import Stage

from . import services
from .configured import configuration
from .services import Author, ControlError, Outdated, UnknownRoute, Wish


class StaffMayWrite(BasePermission):
    """Anybody may look; only staff may move a route."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return request.method in SAFE_METHODS or bool(request.user and request.user.is_staff)


class Declined(APIException):
    """A wish that was not granted, with its one line."""

    def __init__(self, error: Exception) -> None:
        super().__init__(str(error))
        self.status_code = status.HTTP_400_BAD_REQUEST
        if isinstance(error, UnknownRoute):
            self.status_code = status.HTTP_404_NOT_FOUND
        if isinstance(error, Outdated):
            self.status_code = status.HTTP_409_CONFLICT


class StageBody(serializers.Serializer[Any]):
    """A wish: where the route shall stand, why, and what the asker has seen."""

    stage = serializers.ChoiceField([stage.value for stage in Stage])
    percent = serializers.DecimalField(max_digits=5, decimal_places=2, required=False)
    groups = serializers.ListField(child=serializers.CharField(max_length=150), required=False)
    reason = serializers.CharField()
    revision = serializers.IntegerField(required=False)
    dry_run = serializers.BooleanField(default=False)


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
        try:
            return services.find(self.config.routes(), route_id)
        except UnknownRoute as error:
            raise Declined(error) from error

    def author(self, request: Request, reason: str) -> Author:
        return Author(request.user.get_username(), reason)


class RouteList(View):
    """Every declared route and where it stands."""

    def get(self, request: Request) -> Response:
        return Response(
            {"routes": [described(self.config, route) for route in self.config.routes()]}
        )


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
        try:
            services.set_route(
                self.config,
                route,
                Wish(wish["stage"], wish.get("percent"), wish.get("groups")),
                self.author(request, wish["reason"]),
                expected_revision=wish.get("revision"),
                dry_run=wish["dry_run"],
            )
        except ControlError as error:
            raise Declined(error) from error
        return Response(described(self.config, route))


class RouteRollback(View):
    """Take a route back."""

    def post(self, request: Request, route_id: str) -> Response:
        route = self.route(route_id)
        body = RollbackBody(data=request.data)
        body.is_valid(raise_exception=True)
        wish = body.validated_data
        to = Stage(wish["to"]) if "to" in wish else None
        try:
            services.rollback(route, self.author(request, wish["reason"]), to=to)
        except ControlError as error:
            raise Declined(error) from error
        return Response(described(self.config, route))


def described(config: Configuration, route: Route) -> dict[str, Any]:
    """Return a route as the API and `route show --json` tell it."""
    now, revision = services.current(route)
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
        **now.to_json(),
        "revision": revision,
        "meaning": now.words() if can_answer else lonely,
    }


def healthz(request: HttpRequest) -> HttpResponse:
    """Say whether the control plane can do its work: its database answers."""
    try:
        with connections[services.database()].cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("the database does not answer\n", status=503, content_type="text/plain")
    return HttpResponse("ok\n", content_type="text/plain")
