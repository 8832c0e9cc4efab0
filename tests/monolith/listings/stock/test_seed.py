"""A larger world: reproducible, on top of the real homes, and never smaller than asked."""

import pytest
from django.core.management import CommandError, call_command

from monolith.listings.models import Listing
from monolith.listings.stock import facts, further, loader, places


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
