"""A rule for stamps that a test sets: whom it gives to the service, by kind."""

from cdc.contracts.events import DomainEvent
from cdc.contracts.handled_by import Given, Stamp
from monolith.alerts.keepers import with_keepers

GIVEN: dict[str, Given] = {}


def stamp(event: DomainEvent) -> str:
    return with_keepers(Stamp.of(GIVEN).text(), event)
