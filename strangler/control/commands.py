"""What all of the strangler's commands share: errors on one line, and an author.

On the line: between an operator's shell and ``services``. A traceback is never shown for
what an operator can put right: a wrong word, a bad file, a database that is away.
"""

import getpass
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import Error, OperationalError, ProgrammingError, connections

from strangler.adapter.keys import KeyFileError
from strangler.envoy.clusters import UpstreamError
from strangler.envoy.configuration import Configuration
from strangler.envoy.gateway import Answer, RefusedConfiguration
from strangler.fields import DeclarationError
from strangler.site.asking import SiteError

from . import feed, ledger
from .configured import configuration
from .ledger import Author, ControlError

_ONE_LINE = (
    ControlError,
    DeclarationError,
    KeyFileError,
    RefusedConfiguration,
    SiteError,
    UpstreamError,
)


class Command(BaseCommand):
    """A command whose ``act`` may raise any of the strangler's own errors."""

    requires_system_checks: list[str] = []

    @property
    def config(self) -> Configuration:
        return configuration()

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self.act(options)
        except _ONE_LINE as error:
            raise CommandError(str(error)) from error
        except Error as error:
            raise CommandError(_database_trouble(error)) from error
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            what = error.strerror.lower() if error.strerror else str(error)
            raise CommandError(f"{where}{what}") from error

    def act(self, options: dict[str, Any]) -> None:
        """Do what the command is for."""
        raise NotImplementedError

    def say(self, text: str) -> None:
        self.stdout.write(text)

    def say_when_live(self, revision: int) -> None:
        """Tell how long until users feel the change, as far as anybody knows."""
        if not feed.is_followed():
            self.say("saved; the agent is not running, it will take effect when it starts")
            return
        match feed.answer_to(revision):
            case Answer.LIVE:
                self.say("live at the gateway")
            case Answer.REFUSED:
                raise CommandError("saved, but the gateway refused it and goes on as before")
            case Answer.AWAY:
                self.say("saved; the gateway does not answer, it will take effect when it starts")
            case None:
                self.say("saved; the agent has not answered within 2 s, see its log")


def author(options: dict[str, Any]) -> Author:
    """Return who is at the keyboard, and the reason given."""
    return Author(options["who"] or login(), options["reason"])


def login() -> str:
    """Return the name of who is logged in; of a container's user, who may have none, "unknown"."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"


def add_author(parser: ArgumentParser, *, default_reason: str | None = None) -> None:
    """Ask for a reason, and take another name than the log-in's if one is given."""
    parser.add_argument(
        "--reason",
        required=default_reason is None,
        default=default_reason,
        help="why, kept in the history",
    )
    parser.add_argument("--who", default="", help="who decided, if not the user logged in here")


def add_audience(parser: ArgumentParser) -> None:
    """Take whom something reaches; what is not named stays as it is."""
    parser.add_argument("--percent", help="share of users: 0 to 100, steps of 0.01")
    parser.add_argument("--groups", help="comma list of groups that go first")
    parser.add_argument("--users", help="comma list of users' primary keys that go first")
    parser.add_argument("--staff", choices=["yes", "no"], help="whether staff go first")
    parser.add_argument("--from", dest="since", help="not before, as 2030-01-31T09:00Z; '' ends it")
    parser.add_argument("--until", help="no longer than, as 2030-01-31T17:00Z; '' ends it")


def named_audience(options: dict[str, Any]) -> dict[str, Any]:
    """Return what of it was named."""
    return {
        "percent": options["percent"],
        "groups": _names(options["groups"]),
        "users": _names(options["users"]),
        "staff": None if options["staff"] is None else options["staff"] == "yes",
        "since": options["since"],
        "until": options["until"],
    }


def add_care(parser: ArgumentParser) -> None:
    """Let a change be tried, and be refused if somebody else was faster."""
    parser.add_argument("--if-revision", type=int, help="refuse if it was moved since")
    parser.add_argument("--dry-run", action="store_true", help="say what would be, change nothing")


def _names(text: str | None) -> tuple[str, ...] | None:
    if text is None:
        return None
    return tuple(name.strip() for name in text.split(",") if name.strip())


def counted(number: int, what: str) -> str:
    """Return how many there are, in words."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _database_trouble(error: Error) -> str:
    database = connections[ledger.database()].settings_dict
    first_line = (str(error).strip().splitlines() or ["no reason given"])[0]
    if isinstance(error, OperationalError):
        where = f"{database['HOST'] or 'localhost'}:{database['PORT'] or 5432}"
        return f"the strangler's database at {where} does not answer: {first_line}"
    if isinstance(error, ProgrammingError):
        return f"the strangler's database is not prepared (run `strangler migrate`): {first_line}"
    return f"the strangler's database: {first_line}"
