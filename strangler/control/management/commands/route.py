"""`manage.py strangler route …`: see where routes stand, and move them.

On the line: a developer's hand on the gateway. Enters: words. Leaves: what is true now.
"""

import json
from argparse import ArgumentParser
from typing import Any

from django.utils import timezone

from strangler.control import services
from strangler.control.api import described
from strangler.control.commands import Command as StranglerCommand
from strangler.control.commands import add_author, author
from strangler.control.models import GatewayState, RouteChange
from strangler.control.services import Outcome, Refused, Wish
from strangler.routes import Route
from strangler.stages import Stage, Standing, plain

HISTORY = 10


class Command(StranglerCommand):
    """Lists, shows, moves and takes back routes."""

    help = "See where routes stand, move them, take them back."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        listed = actions.add_parser("list", help="every declared route and where it stands")
        listed.add_argument("--json", action="store_true")
        shown = actions.add_parser("show", help="one route and its history")
        shown.add_argument("id")
        shown.add_argument("--json", action="store_true")
        self._add_set(actions.add_parser("set", help="move a route"))
        back = actions.add_parser("rollback", help="take a route back to where it stood before")
        back.add_argument("id")
        back.add_argument("--to", metavar="STAGE", help="an earlier stage, instead of the last")
        add_author(back, default_reason="rolled back by hand")

    def _add_set(self, parser: ArgumentParser) -> None:
        parser.add_argument("id")
        parser.add_argument("--stage", required=True, help=", ".join(Stage))
        parser.add_argument(
            "--percent", help="share of users, in a canary: 0 to 100, steps of 0.01"
        )
        parser.add_argument("--groups", help="in a canary, comma list of groups that go first")
        parser.add_argument("--if-revision", type=int, help="refuse if it was moved since")
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would be, change nothing"
        )
        add_author(parser)

    def act(self, options: dict[str, Any]) -> None:
        routes = self.config.routes()
        match options["action"]:
            case "list":
                self._list(routes, as_json=options["json"])
            case "show":
                self._show(services.find(routes, options["id"]), as_json=options["json"])
            case "set":
                self._set(services.find(routes, options["id"]), options)
            case "rollback":
                self._rollback(services.find(routes, options["id"]), options)

    def _list(self, routes: tuple[Route, ...], *, as_json: bool) -> None:
        found = [described(self.config, route) for route in routes]
        closed = GatewayState.objects.filter(all_to_monolith=True).exists()
        if as_json:
            self.say(json.dumps({"all_to_monolith": closed, "routes": found}, indent=2))
            return
        if closed:
            self.say("everything goes to the monolith (`gateway resume` ends it); routes stand at:")
        for route in found:
            self.say(f"{route['id']:<16} {route['stage']:<9} {route['meaning']}")

    def _show(self, route: Route, *, as_json: bool) -> None:
        found = described(self.config, route)
        changes = RouteChange.objects.filter(route_id=route.id).order_by("-id")[:HISTORY]
        if as_json:
            history = [_change_json(change) for change in changes]
            self.say(json.dumps({**found, "history": history}, indent=2))
            return
        self.say(f"{route.id}: {found['meaning']}")
        self.say(f"  {route.note} Owner: {route.owner}.")
        self.say(f"  {' '.join(route.methods)} {' '.join(path.value for path in route.paths)}")
        self.say(f"  service {route.service}, flag {route.flag}, revision {found['revision']}")
        for change in changes:
            at = timezone.localtime(change.at)
            moved = f"{_short(change.before)} -> {_short(change.after)}"
            self.say(f"  {at:%Y-%m-%d %H:%M} {change.who}: {moved} ({change.reason})")

    def _set(self, route: Route, options: dict[str, Any]) -> None:
        wish = Wish(options["stage"], options["percent"], _groups(options["groups"]))
        outcome = services.set_route(
            self.config,
            route,
            wish,
            author(options),
            expected_revision=options["if_revision"],
            dry_run=options["dry_run"],
        )
        if options["dry_run"]:
            self.say(f"{route.id} would be: {outcome.after.words()}; nothing was changed")
            return
        self._say_outcome(route, outcome)

    def _rollback(self, route: Route, options: dict[str, Any]) -> None:
        if options["to"] not in (None, *Stage):
            raise Refused(f"unknown stage {options['to']!r}: use one of {', '.join(Stage)}")
        to = Stage(options["to"]) if options["to"] else None
        self._say_outcome(route, services.rollback(route, author(options), to=to))

    def _say_outcome(self, route: Route, outcome: Outcome) -> None:
        self.say(f"{route.id}: {outcome.after.words()}")
        if not outcome.revision:
            self.say("it stood so already; nothing was changed")
            return
        self.say(f"before: {outcome.before.words()}")
        self.say_when_live(outcome.revision)


def _groups(text: str | None) -> tuple[str, ...] | None:
    if text is None:
        return None
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _short(content: dict[str, Any]) -> str:
    now = Standing.from_json(content)
    if now.stage is not Stage.CANARY:
        return str(now.stage)
    return f"canary {plain(now.percent)} %" + "".join(f" +{group}" for group in now.groups)


def _change_json(change: RouteChange) -> dict[str, Any]:
    return {
        "at": change.at.isoformat(),
        "who": change.who,
        "reason": change.reason,
        "before": change.before,
        "after": change.after,
    }
