"""Staff find offers and purchases, and take steps through the services."""

import pytest
from django.test import Client

from monolith.purchases.models import Offer, Purchase
from tests.monolith.purchases.conftest import Bring
from tests.monolith.purchases.events import names

pytestmark = pytest.mark.django_db
OFFERS, PURCHASES = "/admin/purchases/offer/", "/admin/purchases/purchase/"


def act(client: Client, where: str, action: str, number: int) -> str:
    words = {"action": action, "_selected_action": [number]}
    return client.post(where, words, follow=True).content.decode()


def test_staff_search_and_look(admin_client: Client, bring: Bring) -> None:
    number = bring("in_escrow").pk
    asked = {"q": "ash street", "status__exact": "accepted"}
    assert "Plain home" in admin_client.get(OFFERS, asked).content.decode()
    for q in ("ash street", str(number), "Wire 7"):
        found = admin_client.get(PURCHASES, {"q": q, "status__exact": "in_escrow"})
        assert "1 purchase" in found.content.decode()
    assert admin_client.get("/admin/purchases/signature/").status_code == 200
    page = admin_client.get(f"{OFFERS}{number}/change/").content.decode()
    assert page.count("The agent") + page.count("the agent") >= 2
    assert "lead-based" in admin_client.get(f"{PURCHASES}{number}/change/").content.decode()
    assert admin_client.get(f"{PURCHASES}{number}/delete/").status_code == 403
    assert admin_client.get(f"{OFFERS}add/").status_code == 403


def test_staff_complete_and_are_told_what_refuses(admin_client: Client, bring: Bring) -> None:
    number = bring("documents_signed").pk
    assert "1 completed." in act(admin_client, PURCHASES, "complete", number)
    assert (Purchase.objects.get().status, names()[-1]) == ("completed", "PurchaseCompleted")
    page = act(admin_client, PURCHASES, "cancel_for_financing", number)
    assert "The purchase has moved on." in page


def test_staff_cancel(admin_client: Client, bring: Bring) -> None:
    act(admin_client, PURCHASES, "cancel_for_financing", bring("accepted").pk)
    assert (Purchase.objects.get().reason, names()[-1]) == ("financing", "PurchaseCancelled")


def test_staff_decline_an_offer(admin_client: Client, offer: Offer) -> None:
    page = act(admin_client, OFFERS, "decline", offer.pk)
    assert "1 declined." in page
    assert offer.steps.last().role == "staff"  # type: ignore[union-attr]
