"""What was decided and what became of it: tables that no topic could make anew."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Apart from the read model, so that a rebuild leaves it alone."""

    name = "consumers.notifications.ledger"
    label = "notifications_ledger"
