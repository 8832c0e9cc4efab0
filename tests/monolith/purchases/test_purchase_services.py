"""A purchase goes one step at a time, each by the side whose turn it is, to the keys or an end."""

import pytest

from cdc.contracts.events import (
    ListingStatusChanged,
    PurchaseAdvanced,
    PurchaseCancelled,
    PurchaseCompleted,
)
from cdc.outbox.models import OutboxEvent
from monolith.accounts.models import User
from monolith.errors import (
    AlreadySigned,
    HomeOffMarket,
    NameDiffers,
    NotTheirStep,
    StepNotAllowed,
)
from monolith.listings.models import Listing
from monolith.listings.services import change_status
from monolith.purchases import offer_services, purchase_services
from monolith.purchases.models import Document, DocumentKind, Purchase, PurchaseStatus
from tests.monolith.purchases.conftest import Bring, MakeOffer
from tests.monolith.purchases.events import published

pytestmark = pytest.mark.django_db


def test_the_whole_way_to_the_keys_is_told(
    bring: Bring, make_offer: MakeOffer, other_buyer: User, listing: Listing, buyer: User
) -> None:
    backup = make_offer(by=other_buyer)
    purchase = bring("completed")
    assert (purchase.status, purchase.listing.status) == ("completed", "sold")
    told = [row for row in published() if not type(row[0]).__name__.startswith("Offer")]
    facts = (purchase.pk, listing.pk, buyer.pk)
    assert told == [
        (PurchaseAdvanced(*facts, "accepted", "deposit_paid"), 2),
        (PurchaseAdvanced(*facts, "deposit_paid", "in_escrow"), 3),
        (PurchaseAdvanced(*facts, "in_escrow", "documents_signed"), 4),
        (PurchaseCompleted(*facts, 95_000), 5),
    ]
    # One key orders the story of the offer and of its purchase.
    assert told[0][0].aggregate_id == str(purchase.offer.pk)
    assert [step.new_status for step in purchase.offer.steps.all()] == [
        "open",
        *(status for status in PurchaseStatus.values if status != "cancelled"),
    ]
    backup.refresh_from_db()
    assert backup.status == "declined"
    assert getattr(published()[-1][0], "reason", "") == "sold"


def test_every_step_belongs_to_its_side(bring: Bring, people: dict[str, User]) -> None:
    number = bring("accepted").pk

    def pay(by: User, purchase_id: int) -> None:
        purchase_services.pay_deposit(by, purchase_id, "Wire 7")

    def sign(by: User, purchase_id: int) -> None:
        purchase_services.sign(by, purchase_id, "agreement", by.get_full_name())

    may = {
        pay: {"buyer"},
        purchase_services.confirm_escrow: {"agent", "agency admin"},
        sign: {"buyer", "agent", "agency admin"},
        purchase_services.complete: {"agent", "agency admin", "staff"},
    }
    for step, allowed in may.items():
        for who in set(people) - allowed:
            with pytest.raises(NotTheirStep):
                step(people[who], number)
    for who in ("other buyer", "other agent"):
        with pytest.raises(NotTheirStep):
            purchase_services.cancel(people[who], number, "financing")
    assert Purchase.objects.get().version == 1


def test_no_step_is_skipped_or_taken_twice(bring: Bring, agent: User, buyer: User) -> None:
    number = bring("deposit_paid").pk
    with pytest.raises(StepNotAllowed):
        purchase_services.pay_deposit(buyer, number, "Again")
    with pytest.raises(StepNotAllowed):
        purchase_services.complete(agent, number)
    with pytest.raises(Document.DoesNotExist):
        purchase_services.sign(buyer, number, "agreement", "Bo Buyer")
    assert Purchase.objects.get().deposit_reference == "Wire 7"


def test_documents_are_signed_once_by_each_side_under_its_own_name(
    bring: Bring, agent: User, buyer: User
) -> None:
    purchase = bring("in_escrow")
    bodies = [document.body for document in purchase.documents.all()]
    assert [document.kind for document in purchase.documents.all()] == DocumentKind.values
    assert "for $95,000" in bodies[0]
    assert "lead-based paint" in bodies[1]
    # The people are named by their signatures alone.
    assert not any(name in body for body in bodies for name in ("Bo", "Ada", "Selma"))
    with pytest.raises(NameDiffers, match="Bo Buyer"):
        purchase_services.sign(buyer, purchase.pk, "agreement", "Ada Agent")
    purchase_services.sign(buyer, purchase.pk, "agreement", "Bo Buyer")
    with pytest.raises(AlreadySigned):
        purchase_services.sign(buyer, purchase.pk, "agreement", "Bo Buyer")
    purchase.refresh_from_db()
    assert purchase.status == "in_escrow"


@pytest.mark.parametrize("status", ["accepted", "deposit_paid", "in_escrow", "documents_signed"])
def test_a_purchase_ends_at_any_step_and_the_home_is_for_sale_again(
    status: str, bring: Bring, buyer: User, make_offer: MakeOffer, agent: User, other_buyer: User
) -> None:
    backup = make_offer(by=other_buyer)
    purchase = bring(status)
    purchase_services.cancel(buyer, purchase.pk, "financing")
    event, _ = published()[-1]
    facts = (purchase.pk, purchase.listing_id, buyer.pk)
    assert event == PurchaseCancelled(*facts, status, "financing", "buyer")
    assert Listing.objects.get().status == "active"
    with pytest.raises(StepNotAllowed):
        purchase_services.cancel(buyer, purchase.pk, "financing")
    offer_services.accept(agent, backup.pk)
    assert Purchase.objects.get(pk=backup.pk).is_running


def test_a_seller_who_keeps_the_home_takes_it_off_the_market(
    bring: Bring, agent: User, buyer: User
) -> None:
    number = bring("accepted").pk
    # A buyer cannot speak for the seller, and nobody ends it for no reason.
    for who, reason in ((buyer, "seller"), (agent, "")):
        with pytest.raises(NotTheirStep):
            purchase_services.cancel(who, number, reason)
    purchase_services.cancel(agent, number, "seller")
    assert Listing.objects.get().status == "withdrawn"


def test_a_completed_purchase_is_final(bring: Bring, agent: User) -> None:
    number = bring("completed").pk
    with pytest.raises(StepNotAllowed):
        purchase_services.cancel(agent, number, "seller")
    assert Listing.objects.get().status == "sold"


def test_a_home_withdrawn_by_hand_stops_its_purchase(
    bring: Bring, agent: User, buyer: User
) -> None:
    purchase = bring("accepted")
    change_status(purchase.listing_id, "withdrawn")
    with pytest.raises(HomeOffMarket):
        purchase_services.pay_deposit(buyer, purchase.pk, "Wire 7")
    purchase_services.cancel(agent, purchase.pk, "buyer")
    assert Listing.objects.get().status == "withdrawn"


def test_a_home_marked_as_sold_by_hand_may_still_be_handed_over(bring: Bring, agent: User) -> None:
    purchase = bring("documents_signed")
    change_status(purchase.listing_id, "sold")
    purchase_services.complete(agent, purchase.pk)
    assert Purchase.objects.get().status == "completed"
    moves = OutboxEvent.objects.filter(event_type=ListingStatusChanged.__name__)
    assert moves.count() == 2
