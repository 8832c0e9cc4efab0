"""People who are told of homes, and a worker that does at once what a queue would bring it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from monolith.accounts.models import User
from monolith.alerts import planning, sending
from monolith.alerts.models import Alert, Change
from monolith.interests.models import Favourite, SavedSearch
from monolith.listings.models import Listing

MakeSearch = Callable[..., SavedSearch]
Work = Callable[[], list[Alert]]


@pytest.fixture
def keeper(buyer: User) -> User:
    """Be somebody whose address is confirmed."""
    buyer.confirmed_at = timezone.now()
    buyer.save(update_fields=["confirmed_at"])
    return buyer


@pytest.fixture
def favourite(keeper: User, listing: Listing) -> Favourite:
    return Favourite.objects.create(account=keeper, listing=listing)


@pytest.fixture
def make_search(keeper: User) -> MakeSearch:
    """Return a maker of the keeper's searches; without criteria one fits every home for sale."""

    def make(frequency: str = "instant", name: str = "Mine", **criteria: Any) -> SavedSearch:
        return SavedSearch.objects.create(
            account=keeper, name=name, frequency=frequency, criteria=criteria
        )

    return make


@pytest.fixture
def work(db: None) -> Work:
    """Return a worker: it plans for what happened, sends what is planned, and returns the rows."""

    def work() -> list[Alert]:
        for change in Change.objects.filter(handled_at=None).order_by("id"):
            planning.plan(change.pk)
        for alert in Alert.objects.filter(state="planned").order_by("id"):
            sending.send(alert.pk)
        return list(Alert.objects.order_by("id"))

    return work
