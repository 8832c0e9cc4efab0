"""`manage.py strangler gateway …`: the switch that sends everything to the monolith.

On the line: the emergency exit. With the database down, `touch` the file
`all-to-monolith` in the gateway's folder instead.
"""

from argparse import ArgumentParser
from typing import Any

from strangler.control import services
from strangler.control.commands import Command as StranglerCommand
from strangler.control.commands import add_author, author


class Command(StranglerCommand):
    """Turns the switch."""

    help = "Send everything to the monolith, or let the routes stand again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        add_author(actions.add_parser("all-to-monolith", help="every route to the monolith, now"))
        add_author(actions.add_parser("resume", help="every route as it stands"))

    def act(self, options: dict[str, Any]) -> None:
        closing = options["action"] == "all-to-monolith"
        turn = services.close if closing else services.resume
        revision = turn(author(options))
        words = "the monolith answers everything" if closing else "every route as it stands"
        self.say(f"gateway: {words}")
        if not revision:
            self.say("it was so already; nothing was changed")
            return
        self.say_when_live(revision)
