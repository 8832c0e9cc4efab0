"""What offers hold of a person is theirs to take; the account waits for a running purchase."""

import pytest
from django.test import Client

from monolith.accounts import services as accounts
from monolith.accounts.models import User
from monolith.errors import HasPurchase
from monolith.purchases import purchase_services
from monolith.purchases.models import Offer, Purchase, Signature
from tests.monolith.purchases.conftest import Bring
from tests.monolith.purchases.events import names

pytestmark = pytest.mark.django_db


def test_the_export_holds_offers_and_signatures(buyer_client: Client, bring: Bring) -> None:
    bring("completed")
    data = buyer_client.get("/account/export/").json()
    (offer,) = data["offers"]
    assert (offer["amount"], offer["note"]) == (95_000, "With love.")
    assert (offer["purchase__status"], offer["purchase__deposit_reference"]) == (
        "completed",
        "Wire 7",
    )
    assert [each["name"] for each in data["signatures"]] == ["bo  BUYER"] * 2


def test_an_account_waits_for_its_purchase(buyer_client: Client, buyer: User, bring: Bring) -> None:
    number = bring("documents_signed").pk
    answer = buyer_client.post("/account/delete/", {"password": "sesame"})
    assert answer.status_code == 400
    assert "Complete or cancel the purchase first" in answer.content.decode()
    with pytest.raises(HasPurchase):
        accounts.delete(buyer.pk)
    assert Offer.objects.get().note == "With love."
    purchase_services.cancel(buyer, number, "buyer")
    accounts.delete(buyer.pk)
    assert Offer.objects.get().note == ""
    assert Purchase.objects.get().deposit_reference == ""
    assert set(Signature.objects.filter(by=buyer).values_list("name", flat=True)) == {""}


def test_open_offers_end_with_the_account(offer: Offer, buyer: User, agent_client: Client) -> None:
    accounts.delete(buyer.pk)
    offer.refresh_from_db()
    assert (offer.status, offer.note, names()[-1]) == ("withdrawn", "", "OfferWithdrawn")
    page = agent_client.get(offer.get_absolute_url()).content.decode()
    assert "Former member" in page
    assert "Bo Buyer" not in page
