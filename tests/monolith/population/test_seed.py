"""A larger world: reproducible, on top of the real homes, and never smaller than asked."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import F

from monolith.accounts.models import User
from monolith.enquiries.models import Enquiry, Reply
from monolith.interests import criteria
from monolith.interests.models import Favourite, SavedSearch
from monolith.listings.models import Listing
from monolith.listings.stock import facts, further, loader, market, names, places
from monolith.purchases import life
from monolith.purchases.models import RUNNING, Offer, OfferStatus, Purchase, PurchaseStatus, Step
from monolith.search.forms import FACETS, SearchForm
from monolith.viewings.models import Viewing


@pytest.fixture(scope="module")
def real() -> list[facts.Facts]:
    """Read the real homes once."""
    return list(facts.read())


def test_the_same_seed_makes_the_same_homes_however_many_are_asked_for(
    real: list[facts.Facts],
) -> None:
    found = places.assign(list(real))
    few = list(further.homes(real, found, 30_000, 30_009, seed=1))
    many = list(further.homes(real, found, 30_000, 30_099, seed=1))
    others = list(further.homes(real, found, 30_000, 30_009, seed=2))

    assert few == many[:10]
    assert few != others


def test_no_two_further_homes_share_an_address(real: list[facts.Facts]) -> None:
    found = places.assign(list(real))
    addresses = [
        (place.address, place.zip_code)
        for _, place in further.homes(real, found, 25_358, 52_000, seed=1)
    ]

    assert len(set(addresses)) == len(addresses)


@pytest.mark.django_db
def test_homes_are_added_after_those_that_are_there() -> None:
    loader.load(30)

    call_command("seed", listings=50)

    assert list(Listing.objects.order_by("id").values_list("id", flat=True)) == list(range(1, 51))


@pytest.mark.django_db
def test_a_world_that_is_large_enough_stays_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    loader.load(30)

    call_command("seed", listings=20)

    assert Listing.objects.count() == 30
    assert "30 listings already" in capsys.readouterr().out


@pytest.mark.parametrize("wanted", [0, 1_000_001])
def test_an_absurd_number_is_refused_in_words(wanted: int) -> None:
    with pytest.raises(CommandError, match="from 1 to 1,000,000"):
        call_command("seed", listings=wanted)


@pytest.mark.django_db
def test_the_same_seed_brings_the_same_people_and_more_come_after_them() -> None:
    loader.load(60)
    whole = brought(seed=5, users=40)
    assert brought(seed=5, users=15, then=40) == whole
    assert brought(seed=6, users=40) != whole


@pytest.mark.django_db
def test_people_have_a_past_and_nobody_can_log_in_or_be_mailed() -> None:
    loader.load(60)
    call_command("seed", listings=60, users=60)
    people = User.objects.filter(email__endswith="@example.org")
    assert people.count() == 60
    assert not any(person.has_usable_password() for person in people)
    for model, moment in ((Favourite, "added_at"), (SavedSearch, "created_at")):
        assert model.objects.count() > 20
        assert not model.objects.filter(**{f"{moment}__lt": F("account__date_joined")}).exists()
    assert Enquiry.objects.filter(answered_at=None).exists()
    assert Viewing.objects.filter(status="done").exists()
    assert User.objects.create_user("next", "next@example.com").pk > people.latest("id").pk


@pytest.mark.django_db
def test_what_people_look_for_is_what_the_search_page_would_keep() -> None:
    loader.load(60)
    call_command("seed", listings=60, users=30)
    everywhere = {name: names_of(name) for name in FACETS}
    for search in SavedSearch.objects.all():
        form = SearchForm(search.criteria, everywhere)
        assert form.is_valid(), form.errors
        assert criteria.normalised(form) == search.criteria


@pytest.mark.django_db
def test_purchases_of_every_kind_fit_their_homes_and_tell_their_story() -> None:
    loader.load(300)
    call_command("seed", listings=300, users=400, stdout=StringIO())
    assert set(Offer.objects.values_list("status", flat=True)) == set(OfferStatus.values)
    assert set(Purchase.objects.values_list("status", flat=True)) == set(PurchaseStatus.values)
    running = Purchase.objects.filter(status__in=RUNNING)
    completed = Purchase.objects.filter(status="completed")
    assert set(running.values_list("listing__status", flat=True)) == {"pending"}
    assert set(completed.values_list("listing__status", flat=True)) == {"sold"}
    for bought in (running, completed):
        assert bought.count() == bought.values("listing").distinct().count() > 5
    assert Reply.objects.count() == Enquiry.objects.exclude(answered_at=None).count() > 20
    for offer in Offer.objects.select_related("purchase", "listing").prefetch_related("steps"):
        check_story(offer)


def check_story(offer: Offer) -> None:
    """Require steps that follow one another in time, and lead to where the offer stands."""
    steps, purchase = list(offer.steps.all()), getattr(offer, "purchase", None)
    moments = [step.taken_at for step in steps]
    assert moments == sorted(moments)
    assert moments[0] == offer.made_at
    assert offer.listing.listed_at is not None
    assert moments[0] > offer.listing.listed_at
    assert moments[-1] < market.REFERENCE
    assert [step.old_status for step in steps[1:]] == [step.new_status for step in steps[:-1]]
    assert steps[-1].new_status == (purchase or offer).status
    assert all(step.by_id for step in steps if step.role)
    if purchase:
        entered = {step.new_status for step in steps}
        papers = list(purchase.documents.all())
        signatures = [each.role for paper in papers for each in paper.signatures.all()]
        assert len(papers) == (2 if PurchaseStatus.IN_ESCROW in entered else 0)
        assert len(signatures) == (4 if PurchaseStatus.DOCUMENTS_SIGNED in entered else 0)
        assert set(signatures) <= set(life.SIGNERS)


@pytest.mark.parametrize("wanted", [-1, 1_000_001])
def test_an_absurd_number_of_people_is_refused_in_words(wanted: int) -> None:
    with pytest.raises(CommandError, match="from 0 to 1,000,000"):
        call_command("seed", users=wanted)


def brought(seed: int, users: int, then: int = 0) -> list[tuple[object, ...]]:
    """Return who came and what they did, in words that hold no ids; forget them again."""
    with transaction.atomic():
        for wanted in (users, then or users):
            call_command("seed", listings=60, users=wanted, seed=seed, stdout=StringIO())
        rows: list[tuple[object, ...]] = [
            *User.objects.filter(email__endswith="@example.org").values_list(
                "username", "display_name", "date_joined", "last_login"
            ),
            *Favourite.objects.values_list("account__username", "listing_id", "added_at"),
            *SavedSearch.objects.values_list("account__username", "name", "frequency"),
            *Enquiry.objects.values_list("account__username", "listing_id", "message", "sent_at"),
            *Viewing.objects.values_list("account__username", "listing_id", "starts_at", "status"),
            *Reply.objects.values_list("enquiry__account__username", "author__username", "sent_at"),
            *Offer.objects.values_list("buyer__username", "listing_id", "amount", "status"),
            *Purchase.objects.values_list("offer__buyer__username", "listing_id", "status"),
            *Step.objects.values_list("offer__buyer__username", "new_status", "taken_at"),
        ]
        transaction.set_rollback(True)
    return sorted(rows, key=str)


def names_of(facet: str) -> list[str]:
    known = {"garage": list(facts.GARAGES.values()), "neighbourhood": names.NEIGHBOURHOODS}
    return known.get(facet, [])
