"""Who may see and do what: every address, tried by everybody."""

from collections.abc import Callable

import pytest
from django.test import Client

from monolith.purchases.models import Offer, Purchase
from tests.monolith.purchases.conftest import Bring

pytestmark = pytest.mark.django_db
ClientOf = Callable[[str], Client]

EVERYBODY = ("buyer", "other buyer", "agent", "other agent", "agency admin", "staff")
PARTIES = ("buyer", "agent", "agency admin", "staff")
SIDES = ("buyer", "agent", "agency admin")
SELLERS = ("agent", "agency admin")
LOG_IN = "/accounts/login/?next="

# The pages, and who is shown them; whom they do not concern is told nothing.
PAGES: dict[str, tuple[tuple[str, ...], list[int]]] = {
    "/offers/{offer}/": (PARTIES, [404]),
    "/offers/{offer}/documents/agreement/": (PARTIES, [404]),
    "/offers/{offer}/cancel/": (PARTIES, [404]),
    "/saved/offers/": (EVERYBODY, []),
    "/agent/offers/": (("agent", "other agent", "agency admin"), [403]),
    "/agent/listings/{home}/offers/": (SELLERS, [403, 404]),
}
# The steps, and whose they are; the others who may see the offer are refused.
STEPS: dict[str, tuple[str, ...]] = {
    "withdraw": ("buyer",),
    "accept": SELLERS,
    "decline": (*SELLERS, "staff"),
    "deposit": ("buyer",),
    "escrow": SELLERS,
    "documents/agreement": SIDES,
    "complete": (*SELLERS, "staff"),
    "cancel": PARTIES,
}
WORDS = {"reference": "Wire 7", "name": "x", "reason": "financing"}


def test_a_page_is_shown_to_whom_it_concerns(bring: Bring, client_of: ClientOf) -> None:
    purchase = bring("in_escrow")
    for page, (shown_to, refusals) in PAGES.items():
        address = page.format(offer=purchase.pk, home=purchase.listing_id)
        assert client_of("a stranger").get(address)["Location"] == LOG_IN + address
        for who in EVERYBODY:
            answer = client_of(who).get(address)
            if who in shown_to:
                assert answer.status_code == 200, (page, who)
                assert "no-store" in answer["Cache-Control"]
            else:
                assert answer.status_code in refusals, (page, who)


def test_a_step_is_taken_by_whose_it_is(bring: Bring, client_of: ClientOf) -> None:
    purchase = bring("in_escrow")
    for step, allowed in STEPS.items():
        address = f"/offers/{purchase.pk}/{step}/"
        assert client_of("a stranger").post(address, WORDS)["Location"] == LOG_IN + address
        for who in set(EVERYBODY) - set(allowed):
            expected = 403 if who in PARTIES else 404
            assert client_of(who).post(address, WORDS).status_code == expected, (step, who)
    assert Purchase.objects.get().version == purchase.version
    for step, allowed in STEPS.items():
        for who in allowed:
            # Allowed, though the purchase may not be there: that is told in words.
            answer = client_of(who).post(f"/offers/{purchase.pk}/{step}/", WORDS)
            assert answer.status_code in (302, 400), (step, who)
    assert Purchase.objects.get().status == "cancelled"


def test_looking_changes_nothing(offer: Offer, client_of: ClientOf) -> None:
    for step in set(STEPS) - {"documents/agreement", "cancel"}:
        assert client_of("agent").get(f"/offers/{offer.pk}/{step}/").status_code == 405


@pytest.mark.parametrize("number", [0, 10**30])
def test_what_does_not_exist_is_not_found(number: int, client_of: ClientOf) -> None:
    client = client_of("staff")
    assert client.get(f"/offers/{number}/").status_code == 404
    assert client.get(f"/homes/{number}/offer/").status_code == 404
    for step in STEPS:
        assert client.post(f"/offers/{number}/{step}/", WORDS).status_code == 404
    assert client_of("agent").get(f"/agent/listings/{number}/offers/").status_code == 404


def test_an_offer_has_no_purchase_before_it_is_accepted(offer: Offer, client_of: ClientOf) -> None:
    for step in ("deposit", "escrow", "complete", "documents/agreement", "cancel"):
        for who in ("buyer", "agent", "staff"):
            assert client_of(who).post(f"/offers/{offer.pk}/{step}/", WORDS).status_code == 404


def test_a_post_without_its_token_is_refused(offer: Offer, client_of: ClientOf) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(offer.buyer)
    assert client.post(f"/offers/{offer.pk}/withdraw/").status_code == 403
    offer.refresh_from_db()
    assert offer.status == "open"
