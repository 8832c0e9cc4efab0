"""Offers change in the services only; each change is kept, told, mailed, and happens once."""

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoCaptureOnCommitCallbacks

from cdc.contracts.events import (
    OfferAccepted,
    OfferDeclined,
    OfferExpired,
    OfferMade,
    OfferWithdrawn,
)
from cdc.outbox.models import OutboxEvent
from monolith.accounts.models import User
from monolith.errors import (
    AlreadyOffered,
    HomeOffMarket,
    NotTheirStep,
    OfferNotOpen,
    OtherPurchaseRuns,
    OwnHome,
    TooManyOffers,
)
from monolith.listings.models import Listing
from monolith.listings.services import change_status
from monolith.purchases import offer_services
from monolith.purchases.models import Offer, Purchase
from tests.monolith.conftest import MakeListing
from tests.monolith.purchases.conftest import MakeOffer, in_days
from tests.monolith.purchases.events import names, published

pytestmark = pytest.mark.django_db


def overdue(offer: Offer) -> Offer:
    Offer.objects.filter(pk=offer.pk).update(expires_on=in_days(-1))
    return offer


def test_an_offer_is_kept_and_told(offer: Offer, buyer: User, listing: Listing) -> None:
    day = in_days(7).isoformat()
    made = OfferMade(offer.pk, listing.pk, buyer.pk, 95_000, 100_000, day)
    assert published() == [(made, 1)]
    step = offer.steps.get()
    assert (step.by, step.role, step.old_status, step.new_status) == (buyer, "buyer", "", "open")


def test_an_accepted_offer_begins_a_purchase_and_leaves_the_others_open(
    offer: Offer, make_offer: MakeOffer, agent: User, other_buyer: User, listing: Listing
) -> None:
    backup = make_offer(by=other_buyer)
    offer_services.accept(agent, offer.pk)
    accepted = OfferAccepted(offer.pk, listing.pk, offer.buyer_id, 95_000)
    assert published()[-1] == (accepted, 2)
    listing.refresh_from_db()
    assert (listing.status, Purchase.objects.get().status) == ("pending", "accepted")
    backup.refresh_from_db()
    assert backup.status == "open"
    with pytest.raises(OtherPurchaseRuns):
        offer_services.accept(agent, backup.pk)
    # The purchase of one buyer does not keep others from offering, but that buyer.
    with pytest.raises(AlreadyOffered):
        make_offer()


@pytest.mark.parametrize("end", ["withdraw", "decline"])
def test_an_ended_offer_cannot_be_answered_but_made_again(
    end: str, offer: Offer, make_offer: MakeOffer, agent: User, buyer: User, listing: Listing
) -> None:
    if end == "withdraw":
        offer_services.withdraw(buyer, offer.pk)
        event = OfferWithdrawn(offer.pk, listing.pk, buyer.pk)
        assert published()[-1] == (event, 2)
    else:
        offer_services.decline(agent, offer.pk)
        assert published()[-1] == (OfferDeclined(offer.pk, listing.pk, buyer.pk, "agent"), 2)
    for answer, who in ((offer_services.accept, agent), (offer_services.withdraw, buyer)):
        with pytest.raises(OfferNotOpen):
            answer(who, offer.pk)
    assert make_offer(amount=97_000).status == "open"
    assert not Purchase.objects.exists()


def test_one_buyer_has_one_open_offer_for_a_home(
    offer: Offer, make_offer: MakeOffer, buyer: User, listing: Listing
) -> None:
    with pytest.raises(AlreadyOffered) as refused:
        make_offer()
    assert refused.value.offer_id == offer.pk
    with pytest.raises(IntegrityError, match="one_open_offer"):
        Offer.objects.create(listing=listing, buyer=buyer, amount=1, expires_on=in_days(1))


def test_who_sells_the_home_makes_no_offer(people: dict[str, User], make_offer: MakeOffer) -> None:
    for who in ("agent", "agency admin"):
        with pytest.raises(OwnHome):
            make_offer(by=people[who])
    assert make_offer(by=people["other agent"]).status == "open"


@pytest.mark.parametrize("status", ["draft", "sold", "withdrawn"])
def test_only_a_home_for_sale_is_offered_for(
    status: str, make_offer: MakeOffer, make_listing: MakeListing
) -> None:
    with pytest.raises(HomeOffMarket):
        make_offer(home=make_listing(status=status))
    assert names() == []


@pytest.mark.parametrize("status", ["sold", "withdrawn"])
def test_what_left_the_market_goes_to_no_bidder(status: str, offer: Offer, agent: User) -> None:
    change_status(offer.listing_id, status)
    with pytest.raises(HomeOffMarket):
        offer_services.accept(agent, offer.pk)
    assert not Purchase.objects.exists()
    offer_services.decline(agent, offer.pk)


def test_ten_offers_a_day_are_the_limit(make_offer: MakeOffer, buyer: User) -> None:
    for _ in range(offer_services.OFFERS_A_DAY):
        offer_services.withdraw(buyer, make_offer().pk)
    with pytest.raises(TooManyOffers, match="10"):
        make_offer()


def test_an_overdue_offer_is_not_accepted_and_makes_room(
    offer: Offer, make_offer: MakeOffer, agent: User
) -> None:
    overdue(offer)
    with pytest.raises(OfferNotOpen):
        offer_services.accept(agent, offer.pk)
    make_offer()
    offer.refresh_from_db()
    assert offer.status == "expired"
    assert names() == ["OfferMade", "OfferExpired", "OfferMade"]


def test_the_nightly_command_ends_what_is_overdue_once(
    offer: Offer, make_offer: MakeOffer, other_buyer: User, capsys: pytest.CaptureFixture[str]
) -> None:
    last_day = make_offer(by=other_buyer)
    Offer.objects.filter(pk=last_day.pk).update(expires_on=in_days(0))
    overdue(offer)
    call_command("expire_offers")
    call_command("expire_offers")
    assert capsys.readouterr().out == "1 offers expired.\n0 offers expired.\n"
    expired = OfferExpired(offer.pk, offer.listing_id, offer.buyer_id)
    # Once made, once made overdue by this test, once expired.
    assert published()[-1] == (expired, 3)
    assert OutboxEvent.objects.latest("occurred_at").reason == "command: expire_offers"
    assert offer.steps.last().by is None  # type: ignore[union-attr]


def test_each_side_takes_its_own_steps_only(offer: Offer, people: dict[str, User]) -> None:
    wrong = {
        offer_services.accept: ("buyer", "other buyer", "other agent", "staff"),
        offer_services.decline: ("buyer", "other buyer", "other agent"),
        offer_services.withdraw: ("agent", "other buyer", "agency admin", "staff"),
    }
    for step, refused in wrong.items():
        for who in refused:
            with pytest.raises(NotTheirStep):
                step(people[who], offer.pk)
    offer_services.accept(people["agency admin"], offer.pk)


def test_the_other_side_is_mailed_and_no_note_travels(
    make_offer: MakeOffer,
    agent: User,
    people: dict[str, User],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        offer = make_offer()
    sent = mail.outbox.pop()
    assert (sent.to, mail.outbox) == ([agent.email], [])
    assert sent.subject == f"Offer {offer.pk} for home {offer.listing_id}: the buyer made an offer"
    assert "Offer: $95,000" in sent.body
    assert "Next: The agent accepts or declines the offer." in sent.body
    assert f"/offers/{offer.pk}/\n" in sent.body
    assert "With love." not in sent.body
    with django_capture_on_commit_callbacks(execute=True):
        offer_services.accept(people["agency admin"], offer.pk)
    assert [message.to[0] for message in mail.outbox] == ["bo@example.org", "ada@example.org"]
    assert "Next: The buyer pays the deposit" in mail.outbox[0].body


def test_the_listing_is_locked_before_anything_else(offer: Offer, agent: User) -> None:
    with CaptureQueriesContext(connection) as queries:
        offer_services.accept(agent, offer.pk)
    locks = [query["sql"] for query in queries if "FOR UPDATE" in query["sql"]]
    assert 'FROM "listings_listing"' in locks[0]
    assert 'FROM "purchases_offer"' in locks[1]
