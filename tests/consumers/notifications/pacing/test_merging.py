"""Several drops of a price make one letter, which tells the whole way down."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from consumers.notifications.ledger.models import Notification, State
from consumers.notifications.models import Change
from consumers.notifications.sending import delivery
from tests.consumers.notifications.conftest import World, outcome

pytestmark = pytest.mark.django_db


def earlier_drop(world: World, old: int, new: int, minutes: int) -> Notification:
    """Let the home have been reduced before, and the person be about to hear of that."""
    event = f"drop-{minutes}"
    Change.objects.create(
        event_id=event,
        listing_id=world.home.pk,
        version=1,
        what="reduced",
        old_price=old,
        new_price=new,
        happened_at=world.change.happened_at - timedelta(minutes=minutes),
    )
    row = Notification.objects.get(event_id=world.change.pk)
    row.pk, row.event_id = f"00000000-0000-5000-8000-{minutes:012}", event
    row.save(force_insert=True)
    return row


def test_the_last_letter_tells_the_whole_way_down(world: World) -> None:
    last = world.keeper()
    first = earlier_drop(world, 240_000, 220_000, 20)
    second = earlier_drop(world, 220_000, 200_000, 10)

    for row in (first, second, last):
        delivery.look(row.pk)

    (sent,) = mail.outbox
    assert "$185,000, down from $240,000" in sent.body
    assert outcome(first) == outcome(second) == (State.DROPPED, "The price changed again.")


def test_what_the_person_was_told_already_is_not_told_again(world: World) -> None:
    last = world.keeper()
    told = earlier_drop(world, 240_000, 220_000, 20)
    Notification.objects.filter(pk=told.pk).update(state=State.SENT, sent_at=timezone.now())
    earlier_drop(world, 220_000, 200_000, 10)

    delivery.look(last.pk)

    assert "$185,000, down from $220,000" in mail.outbox[0].body
