"""A larger world: reproducible, on top of the real homes, and never smaller than asked."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import F

from monolith.accounts.models import User
from monolith.enquiries.models import Enquiry
from monolith.interests import criteria
from monolith.interests.models import Favourite, SavedSearch
from monolith.listings.models import Listing
from monolith.listings.stock import facts, further, loader, names, places
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
        ]
        transaction.set_rollback(True)
    return sorted(rows, key=str)


def names_of(facet: str) -> list[str]:
    known = {"garage": list(facts.GARAGES.values()), "neighbourhood": names.NEIGHBOURHOODS}
    return known.get(facet, [])
