"""Who gives a command, and why: what commands that change something ask for."""

import getpass
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from consumers.notifications.operating.interventions import Author
from consumers.runtime.management.reasons import reason


def add_author(parser: ArgumentParser) -> None:
    parser.add_argument("--reason", type=reason, required=True, help="why, kept with what was done")
    parser.add_argument("--who", default="", help="who decided, if not the user logged in here")


def author(options: dict[str, Any]) -> Author:
    """Return who decided, and why. Raises ``CommandError``."""
    return Author(options["who"] or _logged_in(), options["reason"])


def _logged_in() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError) as error:
        raise CommandError("Nobody is logged in: say who decided by --who.") from error
