"""`manage.py notifications status`: how the consumer is, and how what it planned stands."""

import json
from typing import Any

from django.core.management.base import CommandError

from consumers.notifications.operating.standing import standing
from consumers.runtime.declared import declared
from consumers.runtime.errors import ConsumerError
from consumers.runtime.health.address import status_json
from consumers.runtime.health.standing import standing as consumers_standing
from consumers.runtime.management.commands.status import Command as ConsumersStatus
from consumers.runtime.tables import aligned, printable


class Command(ConsumersStatus):
    """What every consumer tells, and the ledger's numbers behind it."""

    help = "Say how far the consumer is, and what became of what it planned."

    def handle(self, *args: Any, **options: Any) -> None:
        ledger = standing()
        if not options["json"]:
            super().handle(*args, **options)
            self.stdout.write(table(ledger))
            return
        try:
            told = json.loads(status_json(consumers_standing(declared())))
        except ConsumerError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(json.dumps(told | {"ledger": ledger}, indent=1))


def table(ledger: dict[str, Any]) -> str:
    """Lay the ledger's numbers out for people."""
    mean = ledger["mean_seconds_to_send"]
    suppressed = "".join(f", {row['count']} {row['why']}" for row in ledger["suppressions"])
    lines = [
        f"late: {ledger['late']}, oldest open: {ledger['oldest_open_seconds']:.0f} s,"
        f" waiting for homes: {ledger['waiting_for_homes']}",
        f"sent in the last hour: {ledger['sent_last_hour']}"
        + (f", on average {mean:.2f} s after the plan" if mean is not None else ""),
        f"suppressed: {ledger['suppressed']}{suppressed};"
        f" endpoints that are off: {ledger['endpoints_off']}",
        *(
            f"{row['count']} {row['kind']} wait: {printable(row['reason'])}"
            for row in ledger["unwritten"]
        ),
        *(
            f"{row['waiting']} wait for {row['gate']}, which is away or wants a pause"
            for row in ledger["shut"]
        ),
        *_section(
            "Sent in the last hour, and seconds from the plan:",
            ("kind", "channel", "sent", "p50", "p95"),
            ledger["sent_by_kind"],
        ),
        *_section(
            "Ended badly in the last day:",
            ("channel", "provider", "state", "count"),
            ledger["failures"],
        ),
        *_section("All there is:", ("kind", "channel", "state", "count"), ledger["counts"]),
        *_section("Why it waits or ended:", ("state", "count", "reason"), ledger["reasons"]),
    ]
    return "\n".join(lines)


def _section(title: str, names: tuple[str, ...], rows: list[dict[str, Any]]) -> list[str]:
    if not rows:
        return []
    return [title, aligned(names, [[row[name] for name in names] for row in rows])]
