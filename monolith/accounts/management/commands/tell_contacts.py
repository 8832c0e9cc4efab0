"""`tell_contacts`: once, how to reach the confirmed accounts that no event has told of yet."""

from typing import Any

from django.core.management.base import BaseCommand

from cdc.outbox.context import because
from monolith.accounts import services


class Command(BaseCommand):
    help = "Tell the contacts of accounts from before the events; a second call tells nothing."
    # The checks read the keys of the identity cookie, which this needs not.
    requires_system_checks = ()

    @because("command: tell_contacts", actor="system")
    def handle(self, *args: Any, **options: Any) -> None:
        count = 0
        while told := services.tell_contacts():
            count += told
        self.stdout.write(f"{count} contacts told.")
