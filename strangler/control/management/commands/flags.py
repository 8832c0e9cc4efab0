"""`manage.py strangler flags …`: see whom flags reach, and move them.

On the line: a developer's hand on behaviour that is no route. Enters: words. Leaves: what
is true now.
"""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from strangler.audience import Audience
from strangler.control import described, flagging
from strangler.control.commands import Command as StranglerCommand
from strangler.control.commands import (
    add_audience,
    add_author,
    add_care,
    author,
    counted,
    named_audience,
)
from strangler.control.flagging import Reached
from strangler.control.ledger import find
from strangler.control.models import FlagChange
from strangler.declared import Flag
from strangler.site.asking import Site
from strangler.waffle import translated

HISTORY = 10
# Waffle knows no times, so ours stay.
_KEPT_IN_STEP = ("percent", "groups", "staff", "users")


class Command(StranglerCommand):
    """Lists, checks, shows, moves and takes back flags."""

    help = "See whom flags reach, move them, take the last change back."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        listed = actions.add_parser("list", help="every declared flag and whom it reaches")
        actions.add_parser("check", help="which should be gone by now; exit code 1 for any")
        shown = actions.add_parser("show", help="one flag and its history")
        moved = actions.add_parser("set", help="move a flag; what is not named stays")
        undone = actions.add_parser("undo", help="take the last change back")
        undone.add_argument("--if-revision", type=int, help="refuse if it was moved since")
        taken = actions.add_parser("import-waffle", help="stand as the site's waffle flags do")
        taken.add_argument("--site", required=True, help="the site's settings, as module")
        taken.add_argument("--python", help="the site's interpreter, if it is not this one")
        taken.add_argument("--dry-run", action="store_true", help="say what would be")
        add_author(taken, default_reason="kept in step with waffle")
        for each in (listed, shown):
            each.add_argument("--json", action="store_true")
        for each in (shown, moved, undone):
            each.add_argument("id")
        for each in (moved, undone):
            add_author(each)
        add_audience(moved)
        add_care(moved)

    def act(self, options: dict[str, Any]) -> None:
        flags = self.config.flags(self.config.routes())
        if options["action"] == "list":
            self._list(flags, as_json=options["json"])
            return
        if options["action"] == "check":
            self._check(flags)
            return
        if options["action"] == "import-waffle":
            self._import(flags, options)
            return
        flag = find("flag", flags, options["id"])
        match options["action"]:
            case "show":
                self._show(flag, as_json=options["json"])
            case "set":
                self._set(flag, options)
            case "undo":
                revision = options["if_revision"]
                undone = flagging.undo(flag, author(options), expected_revision=revision)
                self._say_reached(flag, undone)

    def _list(self, flags: tuple[Flag, ...], *, as_json: bool) -> None:
        found = [described.flag(flag) for flag in flags]
        if as_json:
            self.say(json.dumps({"flags": found}, indent=2))
            return
        today = timezone.localdate()
        for flag, told in zip(flags, found, strict=True):
            expired = " (expired)" if flag.is_overdue(today) else ""
            self.say(f"{flag.id:<28} {told['meaning']}{expired}")

    def _check(self, flags: tuple[Flag, ...]) -> None:
        overdue = [flag for flag in flags if flag.is_overdue(timezone.localdate())]
        for flag in overdue:
            self.say(f"error: {flag.id}: expired on {flag.expires}: remove it, or move the date")
        if overdue:
            raise CommandError(f"{len(overdue)} of {len(flags)} flags should be gone by now")
        self.say(f"{counted(len(flags), 'flag')}, no error")

    def _show(self, flag: Flag, *, as_json: bool) -> None:
        found = described.flag(flag)
        changes = FlagChange.objects.filter(flag_id=flag.id)[:HISTORY]
        if as_json:
            self.say(
                json.dumps({**found, "history": [change.told() for change in changes]}, indent=2)
            )
            return
        self.say(f"{flag.id}: {found['meaning']}")
        self.say(f"  {flag.note} Owner: {flag.owner}. Revision {found['revision']}.")
        for change in changes:
            at = timezone.localtime(change.at)
            moved = Audience.from_json(change.after).words()
            self.say(f"  {at:%Y-%m-%d %H:%M %Z} {change.who}: {moved} ({change.reason})")

    def _set(self, flag: Flag, options: dict[str, Any]) -> None:
        reached = flagging.set_flag(
            flag,
            author(options),
            expected_revision=options["if_revision"],
            dry_run=options["dry_run"],
            **named_audience(options),
        )
        if options["dry_run"]:
            self.say(f"{flag.id} is on for {reached.before.words()}")
            self.say(f"{flag.id} would be on for {reached.after.words()}; nothing was changed")
            return
        self._say_reached(flag, reached)

    def _import(self, flags: tuple[Flag, ...], options: dict[str, Any]) -> None:
        theirs = {
            told["name"]: told
            for told in Site(options["site"], python=options["python"]).waffle_flags()
        }
        ours = {flag.waffle: flag for flag in flags if flag.waffle}
        for name in sorted(theirs.keys() - ours.keys()):
            self.say(f'{name}: not declared; a flag of flags.toml takes it by waffle = "{name}"')
        for name, flag in ours.items():
            if name not in theirs:
                self.say(f"{flag.id}: the site has no waffle flag {name}; it stays as it is")
                continue
            found = translated(theirs[name])
            wish = {field: getattr(found.audience, field) for field in _KEPT_IN_STEP}
            reached = flagging.set_flag(flag, author(options), dry_run=options["dry_run"], **wish)
            verb = "would be on" if options["dry_run"] else "on"
            self.say(f"{flag.id}: {verb} for {reached.after.words()}")
            for words in found.lost:
                self.say(f"{flag.id}: left out: {words}")

    def _say_reached(self, flag: Flag, reached: Reached) -> None:
        self.say(f"{flag.id}: on for {reached.after.words()}")
        if not reached.revision:
            self.say("it stood so already; nothing was changed")
            return
        self.say(f"before: {reached.before.words()}")
        self.say_when_live(reached.revision)
