"""`manage.py strangler routes …`: the reviewed file checked, and how much of a site it moves.

On the line: before a change of the file is merged, and whenever somebody asks how far it
is. Enters: the file, and the settings or URLconf of the site. Leaves: words or JSON.
"""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.db import DatabaseError
from django.utils import timezone

from strangler.audience import plain
from strangler.control import services
from strangler.control.commands import Command as StranglerCommand
from strangler.control.commands import counted
from strangler.coverage import Covered, coverage, share_moved, unmatched
from strangler.envoy.files import Folder
from strangler.routes import Route, load
from strangler.routes.checks import findings
from strangler.site.asking import Site
from strangler.snapshot import Snapshot


class Command(StranglerCommand):
    """Checks the file, and compares it with a site."""

    help = "Check the file of routes; show how much of a Django site has moved."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        checked = actions.add_parser("check", help="what is odd; exit code 1 for an error")
        checked.add_argument("--strict", action="store_true", help="a note is an error too")
        covered = actions.add_parser("coverage", help="who answers each URL pattern of the site")
        covered.add_argument("--json", action="store_true")
        for each in (checked, covered):
            each.add_argument("--urlconf", help="the site's URLconf, as module")
            # The name `--settings` means the command's own to Django; it is the site's here.
            each.add_argument("--site", help="the site's settings, as module")
            each.add_argument("--python", help="the site's interpreter, if it is not this one")
            each.add_argument("--routes", type=Path, help="another file of routes")

    def act(self, options: dict[str, Any]) -> None:
        routes = load(options["routes"]) if options["routes"] else self.config.routes()
        site = Site(options["site"], options["urlconf"], options["python"])
        if options["action"] == "check":
            self._check(routes, site, is_strict=options["strict"])
        else:
            self._cover(routes, site, as_json=options["json"])

    def _check(self, routes: tuple[Route, ...], site: Site, *, is_strict: bool) -> None:
        found = findings(routes, timezone.localdate())
        if site.is_named:
            found += unmatched(routes, site.patterns())
        for finding in found:
            self.say(str(finding))
        errors = [finding for finding in found if finding.is_error or is_strict]
        if errors:
            raise CommandError(f"{len(errors)} of {len(found)} findings must be put right")
        self.say(f"{counted(len(routes), 'route')}, no error")

    def _cover(self, routes: tuple[Route, ...], site: Site, *, as_json: bool) -> None:
        if not site.is_named:
            raise CommandError("name the site: --site its.settings, or --urlconf its.urls")
        found = coverage(site.patterns(), routes, self._snapshot())
        share = share_moved(found)
        if as_json:
            told = {"share_moved": float(share), "patterns": [each.to_json() for each in found]}
            self.say(json.dumps(told, indent=2))
            return
        width = max((len(each.pattern.written) for each in found), default=0)
        for each in found:
            self.say(_line(each, min(width, 48)))
        moved = sum(1 for each in found if each.percent)
        self.say(
            f"{moved} of {len(found)} patterns are answered by a service, for some or all: "
            f"{plain(round(share, 2))} % moved"
        )

    def _snapshot(self) -> Snapshot:
        try:
            return services.snapshot()
        except DatabaseError:
            self.stderr.write(
                "the control plane's database is away: routes stand as the agent last"
                " published, or as their file says"
            )
            return Folder(self.config.folder).remembered() or Snapshot()


def _line(covered: Covered, width: int) -> str:
    view = covered.pattern.view
    writes = f"  writes: {' '.join(view.writes)}" if view.writes else ""
    risks = f"  risks: {', '.join(covered.risks)}" if covered.risks else ""
    return f"{covered.pattern.written:<{width}}  {covered.words()}{writes}{risks}"
