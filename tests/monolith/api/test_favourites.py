"""`/api/v1/favourites`: one's own favourite homes for programs."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from monolith.accounts.models import User
from monolith.interests.models import Favourite
from monolith.listings.models import Listing
from tests.monolith.conftest import MakeListing

pytestmark = pytest.mark.django_db
FAVOURITES = "/api/v1/favourites"


def test_strangers_are_refused_and_told_how(client: Client) -> None:
    for answer in (client.get(FAVOURITES), client.delete(f"{FAVOURITES}/1")):
        assert answer.status_code == 401
        assert answer["WWW-Authenticate"] == "Token"


def test_a_home_is_added_listed_and_removed(program: APIClient, listing: Listing) -> None:
    answer = program.post(FAVOURITES, {"listing": listing.pk})
    assert answer.status_code == 201
    assert program.post(FAVOURITES, {"listing": listing.pk}).status_code == 201
    page = program.get(FAVOURITES).json()
    assert (page["count"], page["next"]) == (1, None)
    assert page["results"] == [answer.json()]
    assert answer.json()["url"] == listing.get_absolute_url()
    assert program.delete(f"{FAVOURITES}/{listing.pk}").status_code == 204
    assert program.delete(f"{FAVOURITES}/{listing.pk}").status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        "x",
        {"listing": None},
        {"listing": True},
        {"listing": "x"},
        {"listing": -1},
        {"listing": 10**30},
        {"listing": [1]},
        {"listing": 99},
    ],
)
def test_what_is_no_listed_home_is_a_clear_400(program: APIClient, body: Any) -> None:
    answer = program.post(FAVOURITES, body)
    assert answer.status_code == 400
    assert set(answer.json()) <= {"listing", "non_field_errors"}


@pytest.mark.parametrize(
    "body", ["", "{", "nul\x00", "NaN", '{"listing": 1e400}', "[" * 100_000, "1" * 5000, "\udcff"]
)
def test_a_broken_body_is_a_400(program: APIClient, body: str) -> None:
    raw = body.encode("utf-8", "surrogateescape")
    answer = program.post(FAVOURITES, raw, content_type="application/json")
    assert answer.status_code == 400


def test_a_body_that_is_too_long_is_not_read(program: APIClient) -> None:
    raw = b'"' + b"x" * 3_000_000 + b'"'
    answer = program.post(FAVOURITES, raw, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json() == {"detail": "The body is too long."}


def test_nobody_reaches_anothers_favourites(
    program: APIClient, other_program: APIClient, listing: Listing
) -> None:
    program.post(FAVOURITES, {"listing": listing.pk})
    assert other_program.get(FAVOURITES).json()["count"] == 0
    assert other_program.delete(f"{FAVOURITES}/{listing.pk}").status_code == 404
    assert program.get(FAVOURITES).json()["count"] == 1


def test_a_browser_needs_its_csrf_token(buyer: User, listing: Listing) -> None:
    browser = APIClient(enforce_csrf_checks=True)
    browser.force_login(buyer)
    assert browser.get(FAVOURITES).status_code == 200
    assert browser.post(FAVOURITES, {"listing": listing.pk}, format="json").status_code == 403


def test_a_page_costs_the_same_however_long(
    program: APIClient,
    buyer: User,
    make_listing: MakeListing,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(5):
        Favourite.objects.create(account=buyer, listing=make_listing())
    # The token with its user, the count, the page.
    with django_assert_num_queries(3):
        page = program.get(f"{FAVOURITES}?page_size=2").json()
    assert (page["count"], len(page["results"])) == (5, 2)
    assert "page=2" in page["next"]
    assert program.get(f"{FAVOURITES}?page=99").status_code == 404
    assert program.get(f"{FAVOURITES}?page=x").status_code == 404
    for wrong in ("0", "101", "x", "１", "", "9" * 5000):
        assert program.get(f"{FAVOURITES}?page_size={wrong}").status_code == 400, wrong
