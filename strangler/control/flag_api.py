"""The flags over HTTP, as the routes are: anybody reads, staff move, refusals say why.

On the line: a console or a script -> this -> ``flagging``.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import conditional_page, require_safe
from rest_framework.request import Request
from rest_framework.response import Response

from strangler.declared import Flag
from strangler.envoy.files import Folder
from strangler.publication import published

from . import flagging, services
from .api import HISTORY, AudienceBody, ReasonBody, View, declining
from .configured import configuration
from .models import FlagChange


class FlagView(View):
    """Finds the flag that the URL names."""

    def flags(self) -> tuple[Flag, ...]:
        return self.config.flags(self.config.routes())

    def flag(self, flag_id: str) -> Flag:
        with declining():
            return flagging.find(self.flags(), flag_id)


class FlagList(FlagView):
    """Every declared flag and whom it reaches."""

    def get(self, request: Request) -> Response:
        return Response({"flags": [described(flag) for flag in self.flags()]})


class FlagDetail(FlagView):
    """One flag."""

    def get(self, request: Request, flag_id: str) -> Response:
        return Response(described(self.flag(flag_id)))


class FlagAudience(FlagView):
    """Move a flag."""

    def post(self, request: Request, flag_id: str) -> Response:
        flag = self.flag(flag_id)
        body = AudienceBody(data=request.data)
        body.is_valid(raise_exception=True)
        wish = body.validated_data
        with declining():
            flagging.set_flag(
                flag,
                body.audience(),
                self.author(request, wish["reason"]),
                expected_revision=wish.get("revision"),
                dry_run=wish["dry_run"],
            )
        return Response(described(flag))


class FlagUndo(FlagView):
    """Take the last change of a flag back."""

    def post(self, request: Request, flag_id: str) -> Response:
        flag = self.flag(flag_id)
        wish = self.body(request, ReasonBody)
        author = self.author(request, wish["reason"])
        with declining():
            flagging.undo(flag, author, expected_revision=wish.get("revision"))
        return Response(described(flag))


class FlagHistory(FlagView):
    """Every change of a flag, the latest first."""

    def get(self, request: Request, flag_id: str) -> Response:
        changes = FlagChange.objects.filter(flag_id=self.flag(flag_id).id).order_by("-id")
        return Response({"changes": [told(change) for change in changes[:HISTORY]]})


@require_safe
@conditional_page
def published_flags(request: HttpRequest) -> HttpResponse:
    """What the agent writes into its file, for ``strangler.remote``; unchanged, it is a 304."""
    config = configuration()
    routes = config.routes()
    now = Folder(config.folder).heeded(services.snapshot()).in_effect(routes, timezone.now())
    text = published(config.flags(routes), routes, now)
    return HttpResponse(text, content_type="application/json")


def described(flag: Flag) -> dict[str, Any]:
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


def told(change: FlagChange) -> dict[str, Any]:
    """Return one change as the API and `flags show --json` tell it."""
    return {
        "at": change.at.isoformat(),
        "who": change.who,
        "reason": change.reason,
        "before": change.before,
        "after": change.after,
    }
