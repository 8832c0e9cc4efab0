"""What the monolith tells this service, as tests say it: homes, favourites, searches, stamps."""

import json
from typing import Any

from cdc.contracts.handled_by import Given, Stamp
from cdc.contracts.tables import FAVOURITES, LISTINGS, SAVED_SEARCHES
from consumers.notifications.handlers import notifications
from consumers.notifications.ledger.models import Notification
from consumers.runtime.testing.records import Op, told_row
from consumers.runtime.testing.scenario import Scenario, given

# Everything is the service's.
OURS = Stamp.of(
    {
        kind: Given(((0, 10_000),))
        for kind in (
            *("match", "price", "status"),
            *("digest", "enquiry", "viewing"),
        )
    }
)
NOW = 1_790_000_000.0


def planned(_: object = None) -> list[tuple[int, str, int | None]]:
    """Return who is told what, by person: the kind, and the saved search if one asked."""
    every = Notification.objects.order_by("account_id", "event_id")
    return list(every.values_list("account_id", "kind", "saved_search_id"))


told: Scenario[None] = given(notifications, shows=planned)


def home(
    scenario: Scenario[None], number: int = 7, version: int = 1, **columns: Any
) -> Scenario[None]:
    """Tell a home's row."""
    return scenario.rows(LISTINGS, {"id": number, "version": version, **columns})


def keeps(
    scenario: Scenario[None], account: int, listing: int = 7, *, at: float = NOW, op: Op = "c"
) -> Scenario[None]:
    """Tell that somebody keeps a home, by a row whose number is made of both."""
    number = account * 1000 + listing
    row = {"id": number, "account_id": account, "listing_id": listing, "version": 1}
    return scenario.records(*told_row(FAVOURITES, row, op, number, at))


def asks(
    scenario: Scenario[None],
    number: int,
    account: int,
    frequency: str = "instant",
    *,
    at: float = NOW,
    op: Op = "c",
    **criteria: Any,
) -> Scenario[None]:
    """Tell a saved search's row."""
    row = {
        "id": number,
        "account_id": account,
        "criteria": json.dumps(criteria),
        "frequency": frequency,
        "version": 1,
    }
    return scenario.records(*told_row(SAVED_SEARCHES, row, op, number, at))
