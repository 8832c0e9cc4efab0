"""`/api/v1/saved-searches`: one's own saved searches for programs."""

import json
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from monolith.accounts.models import User
from monolith.interests.models import SavedSearch
from monolith.listings.models import Listing

pytestmark = pytest.mark.django_db
SEARCHES = "/api/v1/saved-searches"
FILLED = {"name": "Near", "frequency": "daily", "criteria": {"q": " porch ", "beds_min": "3"}}


def test_strangers_are_refused(client: Client) -> None:
    assert client.get(SEARCHES).status_code == 401
    assert client.get(f"{SEARCHES}/1").status_code == 401


def test_a_search_is_saved_changed_and_deleted(program: APIClient) -> None:
    saved = program.post(SEARCHES, FILLED)
    assert saved.status_code == 201
    assert saved.json()["criteria"] == {"q": "porch", "beds_min": 3}
    assert saved.json()["link"] == "/search?q=porch&beds_min=3"
    one = f"{SEARCHES}/{saved.json()['id']}"
    changed = program.patch(one, {"frequency": "none"}).json()
    assert (changed["frequency"], changed["name"], changed["version"]) == ("none", "Near", 2)
    replaced = program.put(one, {**FILLED, "criteria": {}}).json()
    assert (replaced["criteria"], replaced["link"]) == ({}, "/search")
    assert program.get(SEARCHES).json()["results"] == [replaced]
    assert program.delete(one).status_code == 204
    assert program.get(one).status_code == 404


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 81),
        ("name", "nul\x00"),
        ("name", "\ud800"),
        ("name", {}),
        ("frequency", "hourly"),
        ("frequency", "\ud800"),
        ("frequency", None),
        ("criteria", None),
        ("criteria", []),
        ("criteria", "q=porch"),
        ("criteria", {"price_min": "x"}),
        ("criteria", {"price_min": -1}),
        ("criteria", {"price_min": True}),
        ("criteria", {"price_min": [1]}),
        ("criteria", {"price_min": None}),
        ("criteria", {"price_minimum": 1}),
        ("criteria", {"page": 1}),
        ("criteria", {"\ud800": 1}),
        ("criteria", {"q": "\ud800"}),
        ("criteria", {"q": "nul\x00"}),
        ("criteria", {"q": "x" * 201}),
        ("criteria", {"neighbourhood": "Nowhere"}),
        ("criteria", {"status": "draft"}),
    ],
)
def test_a_bad_value_is_a_400_that_names_its_field(
    program: APIClient, field: str, value: Any
) -> None:
    # Written by hand: the test client cannot send what is half a character.
    body = json.dumps({**FILLED, field: value})
    answer = program.post(SEARCHES, body, content_type="application/json")
    assert answer.status_code == 400
    assert list(answer.json()) == [field]
    assert not SavedSearch.objects.exists()


def test_a_missing_value_is_named(program: APIClient) -> None:
    assert set(program.post(SEARCHES, {}).json()) == {"name", "frequency", "criteria"}


def test_a_facets_value_is_one_that_listed_homes_have(program: APIClient, listing: Listing) -> None:
    wish = {"neighbourhood": listing.neighbourhood}
    assert program.post(SEARCHES, {**FILLED, "criteria": wish}).status_code == 201


def test_the_limit_is_a_clear_400(program: APIClient, buyer: User) -> None:
    many = [SavedSearch(account=buyer, name="x", criteria={}, frequency="none") for _ in range(50)]
    SavedSearch.objects.bulk_create(many)
    answer = program.post(SEARCHES, FILLED)
    assert answer.status_code == 400
    assert "50" in answer.json()["non_field_errors"][0]


def test_somebody_elses_search_does_not_exist(program: APIClient, other_program: APIClient) -> None:
    one = f"{SEARCHES}/{program.post(SEARCHES, FILLED).json()['id']}"
    assert other_program.get(one).status_code == 404
    assert other_program.patch(one, {"name": "Mine"}).status_code == 404
    assert other_program.delete(one).status_code == 404
    assert other_program.get(SEARCHES).json()["count"] == 0
    assert SavedSearch.objects.get().name == "Near"


def test_an_owner_or_a_number_cannot_be_chosen(
    program: APIClient, buyer: User, agent: User
) -> None:
    program.post(SEARCHES, {**FILLED, "account": agent.pk, "id": 77, "version": 9})
    search = SavedSearch.objects.get()
    assert (search.account_id, search.version) == (buyer.pk, 1)
    assert search.pk != 77


def test_an_absurd_number_is_not_found(program: APIClient) -> None:
    assert program.get(f"{SEARCHES}/{10**30}").status_code == 404
