"""Reading the stock's table: every row, and its oddities."""

from collections import Counter
from random import Random

import pytest

from monolith.listings.stock import facts, places, prose
from monolith.listings.stock.facts import Facts


@pytest.fixture(scope="module")
def homes() -> list[Facts]:
    return list(facts.read())


def test_every_home_is_read_in_the_order_of_sale(homes: list[Facts]) -> None:
    assert [home.number for home in homes] == list(range(1, 25_358))
    days = [home.sold_on for home in homes]
    assert days == sorted(days)
    assert (days[0].isoformat(), days[-1].isoformat()) == ("1993-01-04", "1998-10-05")


def test_the_words_for_stories_and_walls_are_spelled_out(homes: list[Facts]) -> None:
    assert Counter(home.stories for home in homes)["One and a half"] == 3_125
    assert Counter(home.wall for home in homes)["Metal or vinyl"] == 4_235


def test_neighbours_share_streets_and_no_two_homes_an_address(homes: list[Facts]) -> None:
    found = places.assign(homes)
    assert len({(place.address, place.zip_code) for place in found.values()}) == len(homes)
    assert len({place.neighbourhood for place in found.values()}) == 64
    streets = Counter(
        (place.neighbourhood, place.address.split(" ", 1)[1]) for place in found.values()
    )
    assert min(streets.values()) > 40


def test_places_do_not_depend_on_the_order_of_the_homes(homes: list[Facts]) -> None:
    assert places.assign(homes[:500]) == places.assign(homes[499::-1])


def test_the_words_about_a_home_are_plain_and_never_name_the_price(homes: list[Facts]) -> None:
    for home in homes[::50]:
        place = places.Place("1 Ash Street", "Westgate", "43606")
        title, description = prose.write(home, place, Random(home.number))
        assert (title + description).isascii()
        assert 40 <= len(description.split()) <= 100
        assert "$" not in description
        assert len(title) <= 120
