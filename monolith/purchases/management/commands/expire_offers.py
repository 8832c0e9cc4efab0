"""`expire_offers`: every night, the offers whose last day has passed end."""

from typing import Any

from django.core.management.base import BaseCommand

from cdc.outbox.context import because
from monolith.purchases import offer_services


class Command(BaseCommand):
    help = "End the open offers whose last day has passed, and tell both sides."

    @because("command: expire_offers", actor="system")
    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{offer_services.expire_overdue()} offers expired.")
