"""`manage.py strangler route …`: see where routes stand, and move them.

On the line: a developer's hand on the gateway. Enters: words. Leaves: what is true now.
"""

import json
import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.utils import timezone

from strangler import testers
from strangler.adapter.keys import private_key
from strangler.audience import Audience
from strangler.control import described, services
from strangler.control.commands import Command as StranglerCommand
from strangler.control.commands import (
    add_audience,
    add_author,
    add_care,
    author,
    login,
    named_audience,
)
from strangler.control.ledger import Refused, find
from strangler.control.models import GatewayState, RouteChange
from strangler.control.services import Outcome
from strangler.routes import Route
from strangler.stages import Stage

HISTORY = 10


class Command(StranglerCommand):
    """Lists, shows, moves, closes and takes back routes."""

    help = "See where routes stand, move them, take them back."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        listed = actions.add_parser("list", help="every declared route and where it stands")
        listed.add_argument("--json", action="store_true")
        shown = actions.add_parser("show", help="one route and its history")
        shown.add_argument("--json", action="store_true")
        moved = actions.add_parser("set", help="move a route")
        moved.add_argument("--stage", required=True, help=", ".join(Stage))
        moved.add_argument(
            "--force", action="store_true", help="whatever speaks against it, but never without why"
        )
        add_audience(moved)
        add_care(moved)
        back = actions.add_parser("rollback", help="take a route back to where it was safer")
        back.add_argument("--to", metavar="STAGE", help="an earlier stage, instead of the last")
        undone = actions.add_parser("undo", help="take the last change back, whichever it was")
        for each in (back, undone):
            each.add_argument("--if-revision", type=int, help="refuse if it was moved since")
        closed = actions.add_parser("close", help="send one route to the monolith, now")
        resumed = actions.add_parser("resume", help="let a closed route be answered as it stands")
        tried = actions.add_parser("tester", help="make a token that chooses who answers")
        tried.add_argument("--to", choices=testers.SIDES, default="service")
        tried.add_argument("--hours", type=float, default=1.0, help="24 at most")
        for each in (shown, moved, back, undone, closed, resumed, tried):
            each.add_argument("id")
        for each in (moved, back, undone, closed, resumed):
            add_author(each)

    def act(self, options: dict[str, Any]) -> None:
        routes = self.config.routes()
        if options["action"] == "list":
            self._list(routes, as_json=options["json"])
            return
        route = find("route", routes, options["id"])
        match options["action"]:
            case "show":
                self._show(route, as_json=options["json"])
            case "set":
                self._set(route, options)
            case "rollback":
                self._rollback(route, options)
            case "undo":
                revision = options["if_revision"]
                self._say_outcome(
                    route,
                    services.undo(self.config, route, author(options), expected_revision=revision),
                )
            case "close":
                self._say_turned(
                    services.close(author(options), route),
                    f"{route.id}: closed, the monolith answers everybody",
                )
            case "resume":
                revision = services.resume(author(options), route)
                self._say_turned(revision, f"{route.id}: {services.current(route)[0].words()}")
            case "tester":
                self._make_token(route, options)

    def _list(self, routes: tuple[Route, ...], *, as_json: bool) -> None:
        found = [described.stands(self.config, route) for route in routes]
        closed = GatewayState.objects.filter(all_to_monolith=True).exists()
        if as_json:
            self.say(json.dumps({"all_to_monolith": closed, "routes": found}, indent=2))
            return
        if closed:
            self.say("everything goes to the monolith (`gateway resume` ends it); routes stand at:")
        for route in found:
            self.say(f"{route['id']:<16} {route['stage']:<9} {route['meaning']}")

    def _show(self, route: Route, *, as_json: bool) -> None:
        found = described.route(self.config, route)
        changes = RouteChange.objects.filter(route_id=route.id)[:HISTORY]
        if as_json:
            history = [change.told() for change in changes]
            self.say(json.dumps({**found, "history": history}, indent=2))
            return
        self.say(f"{route.id}: {found['meaning']}")
        self.say(f"  {route.note} Owner: {route.owner}.")
        self.say(f"  {' '.join(route.methods)} {' '.join(path.value for path in route.paths)}")
        self.say(f"  service {route.service}, flag {route.flag}, revision {found['revision']}")
        self.say(f"  {_answers(found['answers'])}")
        gates = "; ".join(gate["meaning"] for gate in found["judged"])
        self.say(f"  gates: {gates or 'none declared'}")
        for change in changes:
            at = timezone.localtime(change.at)
            moved = f"{_short(change.before)} -> {_short(change.after)}"
            self.say(f"  {at:%Y-%m-%d %H:%M %Z} {change.who}: {moved} ({change.reason})")

    def _set(self, route: Route, options: dict[str, Any]) -> None:
        outcome = services.set_route(
            self.config,
            route,
            options["stage"],
            author(options),
            expected_revision=options["if_revision"],
            dry_run=options["dry_run"],
            force=options["force"],
            **named_audience(options),
        )
        if options["dry_run"]:
            self.say(f"{route.id} is: {outcome.before.words()}")
            self.say(f"{route.id} would be: {outcome.after.words()}; nothing was changed")
            return
        self._say_outcome(route, outcome)

    def _rollback(self, route: Route, options: dict[str, Any]) -> None:
        if options["to"] not in (None, *Stage):
            raise Refused(f"unknown stage {options['to']!r}: use one of {', '.join(Stage)}")
        to = Stage(options["to"]) if options["to"] else None
        revision = options["if_revision"]
        self._say_outcome(
            route, services.rollback(route, author(options), to=to, expected_revision=revision)
        )

    def _say_turned(self, revision: int, words: str) -> None:
        self.say(words)
        if not revision:
            self.say("it was so already; nothing was changed")
            return
        self.say_when_live(revision)

    def _make_token(self, route: Route, options: dict[str, Any]) -> None:
        token = testers.issue(
            login(),
            {route.id: options["to"]},
            private_key(settings.IDENTITY_PRIVATE_KEY_FILE),
            now=int(time.time()),
            lifetime=int(options["hours"] * 3600),
        )
        self.say(token)
        self.stderr.write(
            f"while {route.id} is in a canary, the {options['to']} answers whoever sends this as "
            f"header {testers.HEADER}, or as parameter or cookie {testers.PARAMETER}"
        )

    def _say_outcome(self, route: Route, outcome: Outcome) -> None:
        self.say(f"{route.id}: {outcome.after.words()}")
        if not outcome.revision:
            self.say("it stood so already; nothing was changed")
            return
        self.say(f"before: {outcome.before.words()}")
        self.say_when_live(outcome.revision)


def _answers(found: dict[str, Any] | None) -> str:
    if found is None:
        return "the gateway does not answer: nobody knows who answered"
    if found["fallback_percent"] is None:
        return "the service has been asked nothing since the gateway's start"
    failed = f", {found['by_nobody']} failed" if found["by_nobody"] else ""
    errors = f" ({found['errors']} with an error)" if found["errors"] else ""
    behind = f"; {found['behind']} while it was behind" if found["behind"] else ""
    return (
        f"{found['by_service']} answered by the service{errors}, {found['by_monolith']} by the "
        f"monolith in its stead ({found['fallback_percent']} %{behind}){failed}, since the "
        "gateway's start"
    )


def _short(content: dict[str, Any]) -> str:
    if content["stage"] != Stage.CANARY:
        return str(content["stage"])
    chosen = Audience.from_json(content)
    first = [*chosen.groups, *chosen.subjects, *(["staff"] if chosen.staff else [])]
    return f"canary {content['percent']} %" + "".join(f" +{name}" for name in first)
