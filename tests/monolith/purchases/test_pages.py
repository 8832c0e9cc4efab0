"""The pages of offers: forms that explain, a page that says what is next, lists that stay quick."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from monolith.accounts.models import User
from monolith.listings.models import Listing
from monolith.listings.services import change_status
from monolith.purchases import offer_services
from monolith.purchases.models import DocumentKind, Offer, Purchase
from tests.monolith.conftest import MakeListing
from tests.monolith.purchases.conftest import Bring, MakeOffer, in_days

pytestmark = pytest.mark.django_db


def form_of(home: Listing) -> str:
    return f"/homes/{home.pk}/offer/"


def filled(**words: Any) -> dict[str, Any]:
    plain = {"amount": "95000", "expires_on": in_days(7).isoformat(), "note": "<b>Ours</b>"}
    return {**plain, **words}


def text(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def test_an_offer_is_made_from_the_homes_page(
    client: Client, buyer_client: Client, agent_client: Client, listing: Listing
) -> None:
    address = form_of(listing)
    for reader in (client, buyer_client):
        assert f'href="{address}">Make an offer</a>' in text(reader, listing.get_absolute_url())
    assert address not in text(agent_client, listing.get_absolute_url())
    assert client.get(address)["Location"] == f"/accounts/login/?next={address}"
    assert "Asking price: <strong>$100,000</strong>" in text(buyer_client, address)
    page = buyer_client.post(address, filled(), follow=True).content.decode()
    offer = Offer.objects.get()
    assert "Your offer is made." in page
    assert f"Offer no. {offer.pk}" in page
    assert "&lt;b&gt;Ours" in page
    assert "Withdraw the offer" in page


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("amount", "", "Enter what you offer."),
        ("amount", "0", "from 1 to 2,147,483,647"),
        ("amount", "95,000", "without commas"),
        ("amount", "9" * 31, "from 1 to 2,147,483,647"),
        ("amount", "9" * 5000, "from 1 to 2,147,483,647"),
        ("amount", "1\x00", "without commas"),
        ("expires_on", "", "Enter the last day"),
        ("expires_on", "31.01.2027", "year-month-day"),
        ("expires_on", "99999-01-01", "year-month-day"),
        ("expires_on", "2020-01-01", "from today to 90 days"),
        ("expires_on", in_days(91).isoformat(), "from today to 90 days"),
        ("note", "nul\x00", "Null characters are not allowed."),
        ("note", "x" * 1001, "at most 1,000 characters"),
    ],
)
def test_a_bad_offer_is_explained(
    buyer_client: Client, listing: Listing, field: str, value: str, message: str
) -> None:
    answer = buyer_client.post(form_of(listing), filled(**{field: value}))
    assert answer.status_code == 400
    assert message in answer.content.decode()
    assert 'role="alert"' in answer.content.decode()
    assert not Offer.objects.exists()


def test_bytes_that_are_no_text_make_no_offer(buyer_client: Client, listing: Listing) -> None:
    body = b"amount=95000&expires_on=%ff%fe&note=%ff"
    kind = "application/x-www-form-urlencoded"
    assert buyer_client.post(form_of(listing), body, content_type=kind).status_code == 400


def test_who_cannot_offer_is_told_why(
    buyer_client: Client, agent_client: Client, offer: Offer, make_listing: MakeListing
) -> None:
    own = offer.get_absolute_url()
    for answer in (
        buyer_client.get(form_of(offer.listing), follow=True),
        buyer_client.post(form_of(offer.listing), filled(), follow=True),
    ):
        assert answer.redirect_chain[-1][0] == own
        assert "You already have an offer for this home." in answer.content.decode()
    answer = agent_client.get(form_of(offer.listing), follow=True)
    assert "You sell this home" in answer.content.decode()
    sold = make_listing(status="sold")
    answer = buyer_client.post(form_of(sold), filled(), follow=True)
    assert "This home is no longer for sale." in answer.content.decode()
    assert "Make an offer" not in answer.content.decode()
    for status in ("draft", "withdrawn"):
        assert buyer_client.get(form_of(make_listing(status=status))).status_code == 404


def test_the_eleventh_offer_of_a_day_is_refused_in_words(
    buyer_client: Client, buyer: User, listing: Listing
) -> None:
    day = in_days(1)
    Offer.objects.bulk_create(
        Offer(listing=listing, buyer=buyer, amount=1, expires_on=day, status="withdrawn")
        for _ in range(10)
    )
    answer = buyer_client.post(form_of(listing), filled())
    assert answer.status_code == 400
    assert "You made 10 offers within a day." in answer.content.decode()


def test_two_people_go_the_whole_way_on_one_page(
    buyer_client: Client, agent_client: Client, offer: Offer
) -> None:
    page = offer.get_absolute_url()
    assert "It is your turn" not in text(buyer_client, page)
    assert "It is your turn.</strong> The agent accepts or declines" in text(agent_client, page)
    agent_client.post(f"{page}accept/")
    assert "It is your turn.</strong> The buyer pays the deposit" in text(buyer_client, page)
    buyer_client.post(f"{page}deposit/", {"reference": "Wire 7"})
    assert "<dt>Deposit</dt><dd>Wire 7</dd>" in text(agent_client, page)
    agent_client.post(f"{page}escrow/")
    assert text(buyer_client, page).count("not yet signed by the buyer and the agent") == 2
    for client, name in ((buyer_client, "Bo Buyer"), (agent_client, "Ada Agent")):
        assert "It is your turn" in text(client, page)
        for kind in DocumentKind:
            client.post(f"{page}documents/{kind}/", {"name": name})
        assert "It is your turn" not in text(buyer_client, page)
    assert text(buyer_client, page).count("signed by both sides") == 2
    signed = text(buyer_client, f"{page}documents/agreement/")
    assert "For the seller: <strong>Ada Agent</strong>" in signed
    assert "<form class" not in signed
    answer = agent_client.post(f"{page}complete/", follow=True).content.decode()
    assert "The purchase is complete. The home is sold." in answer
    assert answer.count("<li>The agent") == 3
    assert "To come" not in answer
    assert "Cancel the purchase" not in answer


@pytest.mark.parametrize(
    ("step", "field", "value", "message"),
    [
        ("deposit", "reference", "", "Enter the reference"),
        ("deposit", "reference", "x" * 61, "at most 60 characters"),
        ("deposit", "reference", "nul\x00", "Null characters are not allowed."),
        ("documents/agreement", "name", "", "Type your name"),
        ("documents/agreement", "name", "Bo Bayer", "as your account has it: Bo Buyer"),
        ("documents/agreement", "name", "x" * 161, "at most 160 characters"),
        ("cancel", "reason", "", "Choose a reason."),
        ("cancel", "reason", "seller", "Select a valid choice"),
        ("cancel", "reason", "\x00", "Select a valid choice"),
    ],
)
def test_a_bad_word_in_a_step_is_explained(
    buyer_client: Client, bring: Bring, step: str, field: str, value: str, message: str
) -> None:
    purchase = bring("accepted" if step == "deposit" else "in_escrow")
    answer = buyer_client.post(f"/offers/{purchase.pk}/{step}/", {field: value})
    assert answer.status_code == 400
    assert message in answer.content.decode()
    assert Purchase.objects.get().version == purchase.version


def test_a_document_that_is_none_is_not_found(buyer_client: Client, bring: Bring) -> None:
    page = bring("accepted").offer.get_absolute_url()
    for kind in ("agreement", "teapot", "x" * 500):
        assert buyer_client.get(f"{page}documents/{kind}/").status_code == 404


def test_a_step_that_came_too_late_is_told_on_the_page(
    buyer_client: Client, agent_client: Client, offer: Offer
) -> None:
    page = offer.get_absolute_url()
    buyer_client.post(f"{page}withdraw/")
    answer = agent_client.post(f"{page}accept/", follow=True)
    assert "This offer is no longer open." in answer.content.decode()
    assert "Nothing: this offer has ended." in answer.content.decode()


def test_the_page_says_what_stands_in_the_way(
    buyer_client: Client, agent_client: Client, offer: Offer, make_offer: MakeOffer, agent: User
) -> None:
    page = offer.get_absolute_url()
    change_status(offer.listing_id, "sold")
    for client in (buyer_client, agent_client):
        assert "the offer can no longer be accepted" in text(client, page)
    assert "Accept the offer" not in text(agent_client, page)
    assert "The home is no longer for sale." in text(buyer_client, "/saved/offers/")
    Listing.objects.update(status="active")
    Offer.objects.update(expires_on=in_days(-1))
    assert "The last day of this offer has passed." in text(buyer_client, page)
    assert ">Expired</span>" in text(buyer_client, "/saved/offers/")
    assert "Accept the offer" not in text(agent_client, page)


def test_a_back_up_and_a_stopped_purchase_are_called_so(
    buyer_client: Client, bring: Bring, make_offer: MakeOffer, other_buyer: User, client: Client
) -> None:
    backup = make_offer(by=other_buyer)
    purchase = bring("accepted")
    client.force_login(other_buyer)
    assert "This one is a back-up" in text(client, backup.get_absolute_url())
    change_status(purchase.listing_id, "withdrawn")
    page = text(buyer_client, purchase.offer.get_absolute_url())
    assert "This purchase can only be cancelled." in page
    # A page that is gone is not linked to.
    assert purchase.listing.get_absolute_url() not in page


def test_a_cancelled_purchase_says_why(buyer_client: Client, bring: Bring) -> None:
    page = bring("accepted").offer.get_absolute_url()
    assert "This cannot be undone." in text(buyer_client, f"{page}cancel/")
    answer = buyer_client.post(f"{page}cancel/", {"reason": "inspection"}, follow=True)
    assert "was cancelled. The inspection found too much." in answer.content.decode()
    assert buyer_client.get(f"{page}cancel/")["Location"] == page


def test_lists_hold_ones_own_offers(
    buyer_client: Client,
    agent_client: Client,
    make_offer: MakeOffer,
    make_listing: MakeListing,
    other_buyer: User,
    other_agent: User,
    agent: User,
) -> None:
    home = make_listing(title="Brick house")
    low, high = make_offer(home=home), make_offer(by=other_buyer, home=home, amount=99_000)
    make_offer(by=other_buyer, home=make_listing(agent=other_agent, title="Not ours"))
    own = text(buyer_client, "/saved/offers/")
    assert "$95,000" in own
    assert "$99,000" not in own
    page = text(agent_client, f"/agent/listings/{home.pk}/offers/")
    assert page.index("$99,000") < page.index("$95,000")
    assert "Not ours" not in text(agent_client, "/agent/offers/")
    offer_services.accept(agent, high.pk)
    for shown, numbers in (("open", [low.pk]), ("running", [high.pk]), ("x", [high.pk, low.pk])):
        page = text(agent_client, f"/agent/offers/?show={shown}")
        assert page.count('aria-label="Offer ') == len(numbers)
        assert all(f'aria-label="Offer {number} by' in page for number in numbers)


def test_many_offers_cost_no_more_queries(
    buyer_client: Client,
    agent_client: Client,
    buyer: User,
    make_listing: MakeListing,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(27):
        Offer.objects.create(
            listing=make_listing(), buyer=buyer, amount=1, expires_on=in_days(1), status="open"
        )
    # Session, user, count, page; whether they are an agent, and the groups for the cookie.
    with django_assert_max_num_queries(6):
        page = text(buyer_client, "/saved/offers/")
    assert page.count("<tr>") == 1 + 20
    assert "page 2 of 2" in text(buyer_client, "/saved/offers/?page=99")
    with django_assert_max_num_queries(6):
        page = text(agent_client, "/agent/offers/?show=open")
    assert page.count("<tr>") == 1 + 25
    assert "?show=open&amp;page=2" in page
    agent_client.get("/agent/offers/?page=x")


def test_the_page_of_an_offer_asks_little(
    agent_client: Client, bring: Bring, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    page = bring("documents_signed").offer.get_absolute_url()
    # Session, user, offer, steps, documents, signatures; and twice the groups.
    with django_assert_max_num_queries(8):
        text(agent_client, page)
