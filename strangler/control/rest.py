"""How every view of the API works: who may, what a body may say, how a wish is declined.

On the line: under ``api`` and ``flag_api``. Reading is open to whoever reaches the port;
moving anything needs a staff user's token or session.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.models import QuerySet
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
from strangler.stages import Stage

from .configured import configuration
from .ledger import Author, ControlError, Moved, Objection, Outdated, Unknown

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


class StageBody(AudienceBody):
    """A wish: where the route shall stand, why, and what the asker has seen."""

    stage = serializers.ChoiceField([stage.value for stage in Stage])
    force = serializers.BooleanField(default=False)


class ReasonBody(serializers.Serializer[Any]):
    """Why, and what the asker has seen."""

    reason = serializers.CharField()
    revision = serializers.IntegerField(required=False)


class RollbackBody(ReasonBody):
    """A step back: how far, too."""

    to = serializers.ChoiceField([stage.value for stage in Stage], required=False)


class View(APIView):
    """Finds what the URL names, and tells where it stands."""

    # Named here, not left to settings: what guards the gateway guards it everywhere.
    authentication_classes = [TokenAuthentication, SessionAuthentication]
    permission_classes = [StaffMayWrite]
    parser_classes = [JSONParser]
    renderer_classes = [JSONRenderer]

    @property
    def config(self) -> Configuration:
        return configuration()

    def found(self, name: str) -> Any:
        """Return what is declared under the name; raises ``Unknown``."""
        raise NotImplementedError

    def told(self, found: Any) -> dict[str, Any]:
        """Return how it stands."""
        raise NotImplementedError


class Look(View):
    """Where one stands."""

    def get(self, request: Request, name: str) -> Response:
        with declining():
            found = self.found(name)
        return Response(self.told(found))


class History(View):
    """Every change of one, the latest first."""

    def changes(self, found: Any) -> QuerySet[Any]:
        """Return them, the latest first."""
        raise NotImplementedError

    def get(self, request: Request, name: str) -> Response:
        with declining():
            found = self.found(name)
        changes = self.changes(found)[:HISTORY]
        return Response({"changes": [change.told() for change in changes]})


class Move(View):
    """A wish, granted or declined; the answer tells how it stands, and what was and is now."""

    kind: type[serializers.Serializer[Any]] = ReasonBody

    def move(self, found: Any, author: Author, wish: dict[str, Any]) -> Moved[Any] | int:
        """Do what is wished; raises ``ControlError``."""
        raise NotImplementedError

    def post(self, request: Request, name: str = "") -> Response:
        body = self.kind(data=request.data)
        with declining():
            found = self.found(name)
            body.is_valid(raise_exception=True)
            wish = dict(body.validated_data)
            author = Author(request.user.get_username(), wish.pop("reason"))
            moved = self.move(found, author, wish)
        told = self.told(found)
        if isinstance(moved, Moved):
            # Of a dry run this is all that is told of it.
            told |= {"before": moved.before.to_json(), "after": moved.after.to_json()}
        return Response(told)
