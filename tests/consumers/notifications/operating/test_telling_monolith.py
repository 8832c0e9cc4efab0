"""What people chose here is heeded by the monolith too."""

import pytest
from django.db import connection

from consumers.notifications.ledger.models import Choice
from consumers.notifications.models import Person
from consumers.notifications.operating.telling_monolith import tell
from consumers.notifications.sending.links import Subscription
from consumers.notifications.site import choices
from tests.consumers.notifications.monolith import Monolith

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _somebody(db: None) -> None:
    Person.objects.create(account_id=7)


def test_the_monolith_hears_of_mails_that_somebody_left_or_wants_again(monolith: Monolith) -> None:
    choices.unsubscribe(Subscription(7, "price"))
    Choice.objects.create(account_id=7, kind="price", channel="feed", is_wanted=True)

    assert (tell(), tell()) == (1, 0)
    choices.choose(7, ["price:email", "match:email", "status:email", "digest:email"])
    assert tell() == 1

    assert monolith.wishes == [(7, "price", False), (7, "price", True)]
    assert monolith.tokens == {"Bearer secret"}


@pytest.mark.django_db(transaction=True)
def test_what_is_chosen_anew_while_the_monolith_is_told_is_told_too(monolith: Monolith) -> None:
    choices.unsubscribe(Subscription(7, "price"))

    def think_again() -> None:
        choices.choose(7, ["price:email", "match:email", "status:email", "digest:email"])
        connection.close()

    monolith.meanwhile = [think_again]
    tell()

    assert tell() == 1
    assert monolith.wishes == [(7, "price", False), (7, "price", True)]


def test_the_monolith_hears_which_search_was_ended(monolith: Monolith) -> None:
    choices.unsubscribe(Subscription(7, "match", 12))

    assert (tell(), tell()) == (1, 0)
    assert monolith.wishes == [(7, "match", False)]
    assert monolith.searches == [12]


def test_a_monolith_that_is_away_is_told_later(monolith: Monolith) -> None:
    choices.unsubscribe(Subscription(7, "price"))
    monolith.status = 503
    assert tell() == 0

    monolith.status = 200

    assert tell() == 1
    assert monolith.wishes == [(7, "price", False)]
