"""Two agents at the same moment: one sale begins, and neither waits for ever."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from monolith.accounts.models import User
from monolith.errors import OtherPurchaseRuns
from monolith.purchases import offer_services
from monolith.purchases.models import Purchase
from tests.monolith.purchases.conftest import MakeOffer
from tests.monolith.purchases.events import names


@pytest.mark.django_db(transaction=True)
def test_of_two_offers_accepted_at_once_one_is(
    people: dict[str, User], make_offer: MakeOffer
) -> None:
    offers = [make_offer(), make_offer(by=people["other buyer"])]
    start = Barrier(2, timeout=30)

    def accept(who: str, number: int) -> bool:
        try:
            start.wait()
            offer_services.accept(people[who], number)
        except OtherPurchaseRuns:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(accept, ("agent", "agency admin"), [offer.pk for offer in offers]))

    assert sorted(done) == [False, True]
    assert Purchase.objects.get().pk == offers[done.index(True)].pk
    assert names().count("OfferAccepted") == 1
