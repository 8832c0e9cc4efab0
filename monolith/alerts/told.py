"""What this site mails about enquiries and viewings: an event enters, rows are planned and sent.

A row commits with its event and is tried as soon as it has; what does not go then is found by the
sweep, as an alert about a home is. The mail is made of the event when it goes (`messages.py`), so
that what was changed once more is told by its own event.
"""

from collections.abc import Iterable

from django.db import transaction

from cdc.contracts.handled_by import Stamp
from cdc.outbox.models import OutboxEvent
from monolith.alerts import sending
from monolith.alerts.models import Alert


def tell(event: OutboxEvent, kind: str, people: Iterable[int | None]) -> None:
    """Mail those of ``people`` whom the event's stamp does not give to a service."""
    stamp = Stamp.parse(event.handled_by)
    # An agent may ask about their own home.
    for person in dict.fromkeys(people):
        if person is not None and not stamp.handles(kind, person):
            _plan(Alert.about(event.pk, person, kind))


def _plan(alert: Alert) -> None:
    alert.save(force_insert=True)
    # Django names what failed by its name, which a partial has not.
    transaction.on_commit(lambda: sending.send(alert.pk), robust=True)
