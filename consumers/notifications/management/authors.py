"""Who gives a command, and why: what commands that change something ask for."""

import getpass
from argparse import ArgumentParser
from typing import Any

from consumers.notifications.operating.interventions import Author
from consumers.runtime.management.reasons import reason


def add_author(parser: ArgumentParser) -> None:
    parser.add_argument("--reason", type=reason, required=True, help="why, kept with what was done")
    parser.add_argument("--who", default="", help="who decided, if not the user logged in here")


def author(options: dict[str, Any]) -> Author:
    return Author(options["who"] or getpass.getuser(), options["reason"])
