"""What an operator is told of the ledger."""

from datetime import timedelta

import pytest
from django.utils import timezone

from consumers.notifications import sending
from consumers.notifications.ledger.models import Notification
from consumers.notifications.models import Favourite
from consumers.notifications.standing import standing
from tests.consumers.notifications.conftest import World


@pytest.mark.django_db
def test_counts_reasons_and_what_is_late_are_told(world: World) -> None:
    sent, dropped, late = (world.keeper(number) for number in (1, 2, 3))
    Favourite.objects.filter(account_id=2).delete()
    for each in (sent, dropped):
        sending.look(each.pk)
    ago = timezone.now() - timedelta(minutes=5)
    Notification.objects.filter(pk=late.pk).update(due_at=ago, planned_at=ago)

    told = standing()

    assert {(row["state"], row["count"]) for row in told["counts"]} == {
        ("sent", 1),
        ("dropped", 1),
        ("planned", 1),
    }
    assert (told["late"], told["sent_last_hour"]) == (1, 1)
    assert 300 <= told["oldest_open_seconds"] < 400
    (reason,) = told["reasons"]
    assert reason["reason"] == "The home is no favourite any more."
