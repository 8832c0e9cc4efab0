"""`manage.py notifications endpoints add|list|disable|enable|replay`: agencies' webhooks.

Enters: an operator's words. Leaves: endpoints as they stand; a secret is shown once, when it is
made.
"""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from consumers.notifications.channels.reach import NotAllowed
from consumers.notifications.endpoints import services
from consumers.notifications.endpoints.models import Endpoint, Heard
from consumers.notifications.endpoints.services import NotAnAccount, NotAnEndpoint
from consumers.runtime.management.reasons import reason
from consumers.runtime.tables import aligned

_KINDS = tuple(str(kind) for kind in Heard)


class Command(BaseCommand):
    """Sets, shows and switches endpoints, and sends again."""

    help = "Let agencies hear of their agents' homes, by webhook."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        added = actions.add_parser("add", help="post to an address; shows its secret, once")
        added.add_argument("account", type=int, help="the agent's account")
        added.add_argument("url")
        added.add_argument("--kinds", nargs="+", choices=_KINDS, default=_KINDS)
        actions.add_parser("list", help="every endpoint and how it stands")
        disabled = actions.add_parser("disable", help="post nothing more")
        enabled = actions.add_parser("enable", help="post again, from now on")
        replayed = actions.add_parser("replay", help="post again what failed, or one message")
        for each in (disabled, enabled, replayed):
            each.add_argument("id", type=int)
        disabled.add_argument("--reason", type=reason, default="Switched off by hand.")
        replayed.add_argument("--message", type=UUID, help="the webhook-id of the one message")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self.stdout.write(_done(options))
        except (NotAnAccount, NotAnEndpoint, NotAllowed) as error:
            raise CommandError(str(error)) from error


def _done(options: dict[str, Any]) -> str:
    match options["action"]:
        case "add":
            endpoint = services.add(options["account"], options["url"], options["kinds"])
            return f"Endpoint {endpoint.pk}; its secret is shown once: {endpoint.secret()}"
        case "disable":
            services.disable(options["id"], options["reason"])
            return f"Endpoint {options['id']} is off."
        case "enable":
            services.enable(options["id"])
            return f"Endpoint {options['id']} is on."
        case "replay":
            return f"{services.replay(options['id'], options['message'])} to be posted again."
        case _:
            return _listed()


def _listed() -> str:
    rows = [
        (
            *(each.pk, each.account_id, each.url, " ".join(each.kinds)),
            *("on" if each.is_active else "off", each.failures, each.reason),
        )
        for each in Endpoint.objects.order_by("pk")
    ]
    return aligned(("id", "account", "url", "kinds", "state", "failures", "reason"), rows)
