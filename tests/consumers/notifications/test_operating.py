"""What an operator may ask and decide."""

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.utils import timezone

from consumers.notifications import sending
from consumers.notifications.ledger.models import Notification, State
from consumers.notifications.models import Favourite, OptOut, Person, SavedSearch, What
from consumers.notifications.previewing import preview
from tests.consumers.notifications.conftest import World, outcome

pytestmark = pytest.mark.django_db


def test_a_preview_says_who_would_be_told_and_who_would_not_and_plans_nothing(
    world: World,
) -> None:
    for number in (1, 2, 3):
        Favourite.objects.create(
            id=number, account_id=number, listing_id=world.home.pk, since=timezone.now()
        )
    for number in (1, 2):
        world.person(number)
        SavedSearch.objects.create(
            pk=number,
            account_id=number,
            criteria={},
            frequency="instant",
            version=1,
            since=timezone.now(),
        )
    OptOut.objects.create(account_id=2, kind="price", since=timezone.now())

    assert [tuple(each) for each in preview(world.home, What.REDUCED)] == [
        (1, "price", "keeps the home", "told"),
        (1, "match", "search 1 fits", "hears of it as price"),
        (2, "price", "keeps the home", "does not want this kind"),
        (2, "match", "search 2 fits", "told"),
        (3, "price", "keeps the home", "has no address that may be written to"),
    ]
    assert not Notification.objects.exists()
    assert Person.objects.count() == 2
    with pytest.raises(CommandError, match="No listing 99"):
        call_command("preview", "99")


def test_what_is_cancelled_is_not_sent_until_it_is_planned_again(world: World) -> None:
    planned = world.keeper()

    call_command("planned", "cancel", str(planned.pk))
    sending.look(planned.pk)
    assert outcome(planned) == (State.DROPPED, "An operator cancelled it.")
    assert mail.outbox == []

    call_command("planned", "resend", str(planned.pk))
    sending.look(planned.pk)
    assert outcome(planned) == (State.SENT, "")
    with pytest.raises(CommandError, match="It is sent"):
        call_command("planned", "resend", str(planned.pk))


@pytest.mark.parametrize("number", ["x", "0e5b3c8e-0000-5000-8000-000000000009"])
def test_a_number_that_is_none_is_told_so(number: str) -> None:
    with pytest.raises(CommandError, match="There is no notification"):
        call_command("planned", "cancel", number)
