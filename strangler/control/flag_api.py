"""The flags over HTTP, as the routes are: anybody reads, staff move, refusals say why.

On the line: a console or a script -> this -> ``flagging``.
"""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import conditional_page, require_safe
from rest_framework.request import Request
from rest_framework.response import Response

from strangler.declared import Flag
from strangler.envoy.files import Folder
from strangler.publication import published

from . import described, flagging, services
from .configured import configuration
from .flagging import Reached
from .ledger import Author, find
from .models import FlagChange
from .rest import AudienceBody, History, Look, Move, View


class Flags(View):
    """Finds the flag that the URL names."""

    def declared(self) -> tuple[Flag, ...]:
        return self.config.flags(self.config.routes())

    def found(self, name: str) -> Flag:
        return find("flag", self.declared(), name)

    def told(self, found: Flag) -> dict[str, Any]:
        return described.flag(found)


class FlagList(Flags):
    """Every declared flag and whom it reaches."""

    def get(self, request: Request) -> Response:
        return Response({"flags": [described.flag(flag) for flag in self.declared()]})


class FlagLook(Flags, Look):
    """One flag."""


class FlagHistory(Flags, History):
    """Every change of a flag, the latest first."""

    def changes(self, found: Flag) -> QuerySet[FlagChange]:
        return FlagChange.objects.filter(flag_id=found.id)


class FlagAudience(Flags, Move):
    """Move a flag."""

    kind = AudienceBody

    def move(self, found: Flag, author: Author, wish: dict[str, Any]) -> Reached:
        revision = wish.pop("revision", None)
        return flagging.set_flag(found, author, expected_revision=revision, **wish)


class FlagUndo(Flags, Move):
    """Take the last change of a flag back."""

    def move(self, found: Flag, author: Author, wish: dict[str, Any]) -> Reached:
        return flagging.undo(found, author, expected_revision=wish.get("revision"))


@require_safe
@conditional_page
def published_flags(request: HttpRequest) -> HttpResponse:
    """What the agent writes into its file, for ``strangler.remote``; unchanged, it is a 304."""
    config = configuration()
    routes = config.routes()
    now = Folder(config.folder).heeded(services.snapshot()).in_effect(routes, timezone.now())
    text = published(config.flags(routes), routes, now)
    return HttpResponse(text, content_type="application/json")
