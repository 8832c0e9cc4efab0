"""`manage.py consumers dlq ACTION NAME`: look at dead letters, and decide about them.

Enters: words. Leaves: what is parked, or what was decided. A decision reaches the running
consumer by the parking lot; this command speaks to no broker.
"""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import QuerySet

from consumers.runtime.declared import Declared, declared
from consumers.runtime.errors import ConsumerError, UnclearChoice
from consumers.runtime.failures.database_halts import DatabaseHalts
from consumers.runtime.management.reasons import reason
from consumers.runtime.models import ParkedRecord
from consumers.runtime.parking.choice import Choice, Place, key_in, moment_in, place_in
from consumers.runtime.parking.contents import everything, summary
from consumers.runtime.parking.decisions import (
    Person,
    await_outcomes,
    discard,
    followers,
    logged_in,
    redrive,
)
from consumers.runtime.tables import aligned, printable

STATES = ("dead", "waiting", "queued")


class Command(BaseCommand):
    """Lists, shows, redrives and discards parked records."""

    help = "See what could not be applied, have it tried again, or give it up."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        listed = actions.add_parser("list", help="one line for each record")
        shown = actions.add_parser("show", help="all that is known of each record")
        again = actions.add_parser("redrive", help="have dead records tried again, in key order")
        gone = actions.add_parser("discard", help="give dead records up; those behind them go on")
        for each in (listed, shown):
            each.add_argument("--state", action="append", choices=STATES, default=[])
        for each in (listed, shown, again, gone):
            _add_filters(each)
        for each in (again, gone):
            each.add_argument("--dry-run", action="store_true", help="say which, change nothing")
            each.add_argument("--actor", help="who decides; otherwise who is logged in")
        again.add_argument("--reason", default="", help="what was repaired")
        again.add_argument(
            "--wait",
            metavar="SECONDS",
            type=float,
            nargs="?",
            const=30.0,
            help="say what became of each, waiting so long (30 unless told) for the consumer",
        )
        gone.add_argument("--reason", type=reason, required=True, help="why nobody needs it")
        gone.add_argument("--all", action="store_true", help="really all, as nothing narrows it")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            side = declared()
            side.prepare()
            self._act(side, _choice(options), options)
        except ConsumerError as error:
            raise CommandError(str(error)) from error

    def _act(self, side: Declared, choice: Choice, options: dict[str, Any]) -> None:
        rows = choice.of(side.consumer.name)
        match options["action"]:
            case "list":
                self._list(rows, side, as_json=options["json"])
            case "show":
                self._show(rows, side, as_json=options["json"])
            case verb:
                if verb == "discard" and not (choice.is_narrowed or options["all"]):
                    raise UnclearChoice("say which ones to discard, or --all")
                self._decide(verb, rows, side, options)

    def _list(self, rows: QuerySet[ParkedRecord], side: Declared, *, as_json: bool) -> None:
        behind = followers(side.consumer.name)
        found = [summary(row, behind) for row in rows.defer("value", "headers")]
        if as_json:
            self._say(json.dumps(found, indent=2))
        elif found:
            self._say(aligned(list(found[0]), [list(each.values()) for each in found]))
        else:
            self._say("nothing is parked")

    def _show(self, rows: QuerySet[ParkedRecord], side: Declared, *, as_json: bool) -> None:
        behind, read = followers(side.consumer.name), side.read_event()
        found = [everything(row, behind, side.consumer, read) for row in rows]
        if as_json:
            self._say(json.dumps(found, indent=2, default=str))
        for each in [] if as_json else found:
            for name, value in each.items():
                told = value if isinstance(value, str) else json.dumps(value, default=str)
                lines = told.splitlines() if name == "stack" else [told]
                self._say(f"{name + ':':<12} " + f"\n{'':13}".join(map(printable, lines)))
            self._say("")

    def _decide(
        self, verb: str, rows: QuerySet[ParkedRecord], side: Declared, options: dict[str, Any]
    ) -> None:
        if not rows.filter(state="dead").exists():
            raise UnclearChoice("; ".join(f"{r} is not dead" for r in rows[:5]) or "nothing fits")
        if options["dry_run"]:
            self._list(rows.filter(state="dead"), side, as_json=options["json"])
            self.stderr.write(f"would {verb}; nothing was changed")
            return
        person = Person(options["actor"] or logged_in(), options["reason"])
        places = (redrive if verb == "redrive" else discard)(rows, person)
        if halt := DatabaseHalts(side.consumer.name).standing():
            self.stderr.write(f"halted {halt}; nothing is tried before `consumers resume`")
        done = dict.fromkeys(places, "due" if verb == "redrive" else "discarded")
        if options.get("wait") is not None:
            done = await_outcomes(side.consumer.name, places, options["wait"])
        self._report(done, as_json=options["json"])
        if failed := sum(what not in ("due", "discarded", "applied") for what in done.values()):
            raise CommandError(f"{failed} of {len(done)} were not applied")

    def _report(self, done: dict[Place, str], *, as_json: bool) -> None:
        if as_json:
            self._say(json.dumps({str(place): what for place, what in done.items()}, indent=2))
            return
        for place, what in done.items():
            self._say(f"{place} {printable(what)}")

    def _say(self, text: str) -> None:
        self.stdout.write(text)


def _add_filters(parser: ArgumentParser) -> None:
    parser.add_argument("--topic")
    parser.add_argument("--key", help="as `list` shows it")
    parser.add_argument("--error", metavar="TEXT", help="a piece of the error")
    parser.add_argument("--since", metavar="TIME", help="parked then or later; UTC unless told")
    parser.add_argument("--before", metavar="TIME", help="parked before that")
    parser.add_argument("--place", metavar="TOPIC/PARTITION/OFFSET")
    parser.add_argument("--json", action="store_true")


def _choice(options: dict[str, Any]) -> Choice:
    readers = {"key": key_in, "since": moment_in, "before": moment_in, "place": place_in}
    given = {name: options[name] for name in ("topic", "error", *readers) if options[name]}
    for text in given.values():
        if not text.isprintable():
            raise UnclearChoice(f"{text!r} has letters that cannot be printed")
    read: dict[str, Any] = {name: readers.get(name, str)(text) for name, text in given.items()}
    return Choice(**read, states=options.get("state", ()))
