"""`manage.py notifications shadow`: what would have been sent here, and what the monolith sent."""

import json
from argparse import ArgumentParser
from collections import Counter
from datetime import timedelta
from itertools import islice
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from consumers.notifications.shadow import noting
from consumers.notifications.shadow.comparing import Compared, Verdict, compared
from consumers.runtime.tables import aligned

# So many wrong ones are named.
NAMED = 20


class Command(BaseCommand):
    """Ends with 1 if anything is wrong, so that a pipeline can go by it."""

    help = "Compare what this service would send with what the monolith sent."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--hours", type=float, default=24.0, help="how far to look back")
        parser.add_argument("--json", action="store_true", help="for programs")

    def handle(self, *args: Any, **options: Any) -> None:
        if not noting.is_on():
            raise CommandError("Nothing is kept to compare: set NOTIFICATIONS_SHADOW=true.")
        every = list(compared(timezone.now() - timedelta(hours=options["hours"])))
        wrong = [each for each in every if each.verdict == Verdict.WRONG]
        counts = Counter((each.kind, each.verdict, each.reason) for each in every)
        told = _json(counts, wrong) if options["json"] else _table(counts, wrong)
        self.stdout.write(told)
        if wrong:
            raise CommandError(f"{len(wrong)} of {len(every)} mails are wrong.")


def _json(counts: Counter[tuple[str, Verdict, str]], wrong: list[Compared]) -> str:
    rows = [
        {"kind": kind, "verdict": verdict, "reason": reason, "count": count}
        for (kind, verdict, reason), count in sorted(counts.items())
    ]
    named = [{"event_id": each.event_id, "account_id": each.account_id} for each in wrong]
    return json.dumps({"counts": rows, "wrong": named[:NAMED]}, indent=1)


def _table(counts: Counter[tuple[str, Verdict, str]], wrong: list[Compared]) -> str:
    rows = [(*key[:2], count, key[2]) for key, count in sorted(counts.items())]
    named = [(each.event_id, each.account_id, each.reason) for each in islice(wrong, NAMED)]
    tables = [aligned(("kind", "verdict", "count", "reason"), rows)]
    if named:
        tables.append(aligned(("wrong event", "account", "reason"), named))
    return "\n".join(tables)
