"""`manage.py strangler gateway …`: a door for any site, its self-test, and its emergency exit.

On the line: without an action this *is* the door, and nothing else need run. The actions turn
the switch that sends everything to the monolith; with the database down, `touch` the file
`all-to-monolith` in the gateway's folder instead.
"""

from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from strangler.control import services
from strangler.control.commands import Command as StranglerCommand
from strangler.control.commands import add_author, author
from strangler.control.models import GatewayChange
from strangler.envoy.alone import alone
from strangler.envoy.clusters import Address, Place, address, upstreams
from strangler.envoy.configuration import Configuration
from strangler.envoy.files import KILL_SWITCH
from strangler.envoy.gateway import free_address
from strangler.envoy.keeper import Keeper
from strangler.envoy.process import Process, bound
from strangler.envoy.render import MONOLITH
from strangler.envoy.selftest import NoAnswer, compare, questions

HISTORY = 20
_ROOT = Path(__file__).resolve().parents[4]


class Command(StranglerCommand):
    """Opens the door, or turns its switch."""

    help = "Put the gateway in front of a running site; or send everything to the monolith."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--listen", metavar="HOST:PORT", help="where web users find the site")
        parser.add_argument(
            "--upstream",
            metavar="HOST:PORT",
            help="the site; or NAME=HOST:PORT,… with services",
        )
        parser.add_argument("--routes", type=Path, metavar="FILE", help="of services, if any")
        parser.add_argument("--admin", metavar="HOST:PORT", help="for operators; any free port")
        parser.add_argument(
            "--folder", type=Path, default=_ROOT / "var" / "gateway", help="its files and switch"
        )
        parser.add_argument("--drain", type=int, default=5, help="seconds for what has begun")
        parser.add_argument("--concurrency", type=int, help="threads; as many as cores")
        actions = parser.add_subparsers(dest="action", metavar="ACTION")
        add_author(actions.add_parser("all-to-monolith", help="every route to the monolith, now"))
        add_author(actions.add_parser("resume", help="every route as it stands"))
        actions.add_parser("history", help="who turned which kill switch, when and why")
        test = actions.add_parser("selftest", help="ask --upstream and --listen the same")
        test.add_argument("--path", action="append", default=[], help="to ask too; again and again")
        test.add_argument("--host", default="", help="by which the site is asked; --listen's own")

    def act(self, options: dict[str, Any]) -> None:
        match options["action"]:
            case None:
                self._serve(options)
            case "selftest":
                self._compare(options)
            case "history":
                self._tell_turns()
            case action:
                self._turn(action, options)

    def _turn(self, action: str, options: dict[str, Any]) -> None:
        closing = action == "all-to-monolith"
        turn = services.close if closing else services.resume
        revision = turn(author(options))
        words = "the monolith answers everything" if closing else "every route as it stands"
        self.say(f"gateway: {words}")
        if not revision:
            self.say("it was so already; nothing was changed")
            return
        self.say_when_live(revision)

    def _tell_turns(self) -> None:
        for turn in GatewayChange.objects.all()[:HISTORY]:
            at = timezone.localtime(turn.at)
            turned = "closed" if turn.all_to_monolith else "resumed"
            what = turn.route_id or "everything"
            self.say(f"{at:%Y-%m-%d %H:%M %Z} {turn.who}: {what} {turned} ({turn.reason})")

    def _serve(self, options: dict[str, Any]) -> None:
        config = self._configuration(options)
        threads = options["concurrency"]
        words = ["--concurrency", str(threads)] if threads else []
        process = Process(
            config.folder, config.admin, drain=options["drain"], words=words, by=bound()
        )
        with alone(config.listen, config.folder):
            keeper = Keeper(config, process)
            keeper.obey_signals()
            keeper.run(lambda: self._tell(config))

    def _compare(self, options: dict[str, Any]) -> None:
        listen, places = _addresses(options)
        direct, *_ = places[MONOLITH]
        asked = list(questions(options["path"] or ["/"]))
        host = options["host"] or str(listen)
        try:
            found = list(compare(direct, listen, host, asked))
        except NoAnswer as error:
            raise CommandError(str(error)) from error
        for each in found:
            question = each.question
            self.say(f"{question.method} {question.path} ({question.name}): {each.what}")
            self.say(f"  direct   {each.direct}\n  through  {each.through}")
        if found:
            differ = len({each.question for each in found})
            raise CommandError(f"{differ} of {len(asked)} requests differ")
        self.say(f"{len(asked)} requests, the same to the byte")

    def _configuration(self, options: dict[str, Any]) -> Configuration:
        listen, places = _addresses(options)
        return replace(
            self.config,
            folder=options["folder"].absolute(),
            listen=listen,
            admin=address(options["admin"]) if options["admin"] else free_address(),
            places=places,
            routes_file=options["routes"],
            # Who has no keys yet has no canary either.
            public_key_file=self._public_key_file(),
        )

    def _public_key_file(self) -> str:
        file = self.config.public_key_file
        return file if Path(file).exists() else ""

    def _tell(self, config: Configuration) -> None:
        self.say(f"gateway at {config.listen}, Envoy's admin at {config.admin}")
        self.say(f"everything to the monolith: touch {config.folder / KILL_SWITCH}")
        for warning in _missing(config):
            self.say(f"note: {warning}")
        self.stdout.flush()


def _missing(config: Configuration) -> Iterator[str]:
    """Tell what was declared and can reach nobody as the command was given."""
    routes = config.routes()
    for route in routes:
        if route.service not in config.places:
            yield f"{route.id}: the monolith answers, as no --upstream is named {route.service}"
    if routes and not config.public_key_file:
        yield "a canary reaches nobody, as IDENTITY_PUBLIC_KEY_FILE names no key"


def _addresses(options: dict[str, Any]) -> tuple[Address, dict[str, Place]]:
    where: str = options["upstream"] or ""
    if not options["listen"] or not where:
        raise CommandError("name --listen HOST:PORT and --upstream HOST:PORT")
    named = where if "=" in where else f"{MONOLITH}={where}"
    return address(options["listen"]), upstreams(named)
