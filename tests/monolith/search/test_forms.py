"""The search form: what it takes, what it refuses, and the links it writes."""

import pytest
from django.http import QueryDict

from monolith.search.forms import SearchForm

CHOICES = {
    "stories": ["One", "Two"],
    "wall": ["Brick"],
    "garage": ["Attached"],
    "neighbourhood": ["Twin Oaks"],
}
NUMBERS = (
    *("price_min", "price_max", "beds_min", "baths_min", "area_min", "area_max"),
    *("lot_min", "lot_max", "year_min", "year_max", "page"),
)


def form(query: str) -> SearchForm:
    return SearchForm(QueryDict(query), CHOICES)


@pytest.mark.parametrize("query", ["", "q=", "page=", "sort=&status=&stories=", "colour=red"])
def test_nothing_asked_is_everything_for_sale(query: str) -> None:
    asked = form(query)
    assert asked.is_valid()
    assert asked.address(1) == "/search"


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("value", ["-1", "x", "1.5", "2147483648", "9" * 5000, "%00", "1e3"])
def test_numbers_are_whole_and_not_negative(name: str, value: str) -> None:
    assert list(form(f"{name}={value}").errors) == [name]


@pytest.mark.parametrize(
    "query",
    [
        "q=" + "x" * 201,
        "q=%00",
        "sort=cheapest",
        "status=draft",
        "status=withdrawn",
        "stories=Nine",
        "neighbourhood=%27--",
        "page=0",
        "within=7",
        "within=5",
        "sort=distance",
        *(f"near={text}" for text in ("x", "1", "1,2,3", "41,-181", "91,0", "1e3,2", ",")),
        *(
            f"near={text}"
            for text in ("nan,0", "0,inf", "4_1,0", "%D9%A4%D9%A1,0", "%00", "9" * 101)
        ),
        *(f"box={text}" for text in ("1,2,3", "1,2,1,3", "1,2,3,2", "3,2,1,4", "1,170,2,-170")),
        *(f"box={text}" for text in ("-inf,0,inf,1", "1,2,3,4,5", "a,b,c,d", "1,1,1.0000001,2")),
    ],
)
def test_what_is_not_offered_is_refused(query: str) -> None:
    assert len(form(query).errors) == 1


def test_links_keep_what_was_asked_in_one_order() -> None:
    asked = form("page=7&sort=price_asc&neighbourhood=Twin+Oaks&beds_min=3&q=brick+%26+porch&x=1")
    assert asked.is_valid()
    kept = "q=brick+%26+porch&beds_min=3&neighbourhood=Twin+Oaks&sort=price_asc"
    assert asked.address(1) == f"/search?{kept}"
    assert asked.address(8) == f"/search?{kept}&page=8"
    assert asked.saving_address() == f"/saved/searches/new?{kept}"


def test_what_few_people_use_is_folded_away_until_it_matters() -> None:
    assert not form("q=porch&beds_min=2").is_more_asked()
    assert form("lot_max=9000").is_more_asked()
    assert form("lot_max=x").is_more_asked()


def test_a_place_is_written_in_one_way() -> None:
    asked = form("near=+41.6500000001,+-83&within=0.5&sort=distance&box=41,-84.00,+42,-0.0000001")
    assert asked.is_valid()
    assert asked.cleaned_data["near"] == "41.65,-83"
    assert asked.cleaned_data["box"] == "41,-84,42,0"


def test_a_bad_place_is_complained_of_once_and_in_words() -> None:
    assert form("near=x&within=1&sort=distance").errors == {
        "near": ["Enter degrees as latitude, longitude, such as 41.65, -83.54."]
    }
    assert form("within=1&sort=distance").errors == {
        "within": ["Fill in “Near” too, or choose any distance."],
        "sort": ["Fill in “Near” to see the nearest first."],
    }


def test_the_largest_number_is_taken() -> None:
    asked = form("price_max=2147483647")
    assert asked.is_valid()
    assert asked.cleaned_data["price_max"] == 2_147_483_647
