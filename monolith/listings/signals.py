"""How the rest of the site hears of a listing: an event of the services enters, the outbox's row
and a Django signal leave, both in the service's transaction.

Apps that react connect to `happened`, with the event's class as sender; listings know none of
them. What they write commits with the change, or not at all.
"""

from django.dispatch import Signal

from cdc.contracts.events import DomainEvent
from cdc.outbox.publish import publish as publish_to_outbox

happened = Signal()


def publish(event: DomainEvent, *, aggregate_version: int) -> None:
    row = publish_to_outbox(event, aggregate_version=aggregate_version)
    happened.send(sender=type(event), event=event, row=row)
