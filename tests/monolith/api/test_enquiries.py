"""`/api/v1/enquiries`: anybody asks; each account reads its own."""

import json
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from monolith.accounts.models import User
from monolith.api.throttling import Throttle
from monolith.enquiries import services
from monolith.enquiries.models import Enquiry
from monolith.listings.models import Listing
from tests.monolith.conftest import MakeListing

pytestmark = pytest.mark.django_db
ENQUIRIES = "/api/v1/enquiries"
JSON = "application/json"
VISITOR = {"name": "Vera Visitor", "email": "vera@example.org"}


def filled(listing: Listing) -> dict[str, Any]:
    return {"listing": listing.pk, "message": "Is it quiet?", **VISITOR}


def test_an_account_asks_and_reads_its_own(
    program: APIClient, other_program: APIClient, agent: User, listing: Listing
) -> None:
    sent = program.post(ENQUIRIES, {"listing": listing.pk, "message": "Is it quiet?"})
    assert sent.status_code == 201
    assert (sent.json()["email"], sent.json()["answered_at"]) == ("bo@example.org", None)
    services.reply(sent.json()["id"], agent.pk, "Very.")
    [mine] = program.get(ENQUIRIES).json()["results"]
    assert [reply["text"] for reply in mine["replies"]] == ["Very."]
    assert mine["url"] == listing.get_absolute_url()
    assert other_program.get(ENQUIRIES).json()["count"] == 0


def test_strangers_ask_and_read_nothing(client: Client, listing: Listing) -> None:
    sent = client.post(ENQUIRIES, filled(listing), content_type=JSON)
    assert sent.status_code == 201
    assert Enquiry.objects.get().account is None
    assert client.get(ENQUIRIES).status_code == 401
    missing = {"listing": listing.pk, "message": "Hello"}
    answer = client.post(ENQUIRIES, missing, content_type=JSON)
    assert (answer.status_code, set(answer.json())) == (400, {"name", "email"})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("listing", None),
        ("listing", "x"),
        ("listing", 0),
        ("listing", 10**30),
        ("listing", 2**63 - 1),
        ("name", ""),
        ("name", "nul\x00"),
        ("name", "\ud800"),
        ("email", "vera"),
        ("email", "vera@example.org\nBcc: x@example.org"),
        ("email", []),
        ("message", "x" * 2001),
        ("message", " "),
        ("message", {}),
    ],
)
def test_a_bad_value_is_a_400_that_names_its_field(
    client: Client, listing: Listing, field: str, value: Any
) -> None:
    # Written by hand: the test client cannot send what is half a character.
    body = json.dumps({**filled(listing), field: value})
    answer = client.post(ENQUIRIES, body, content_type=JSON)
    assert (answer.status_code, list(answer.json())) == (400, [field])
    assert not Enquiry.objects.exists()


def test_a_home_that_is_not_for_sale_is_named(client: Client, make_listing: MakeListing) -> None:
    answer = client.post(ENQUIRIES, filled(make_listing(status="sold")), content_type=JSON)
    assert answer.json() == {"listing": ["This home is not for sale any more."]}


def test_pages_and_programs_are_counted_together(
    client: Client, listing: Listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Throttle, "THROTTLE_RATES", {"mail": "1/hour", "own": "9/min"})
    form = {**VISITOR, "message": "Hello"}
    assert client.post(f"/homes/{listing.pk}/enquire/", form).status_code == 302
    answer = client.post(ENQUIRIES, filled(listing), content_type=JSON)
    assert (answer.status_code, answer["Retry-After"]) == (429, "3600")


def test_a_browser_needs_its_csrf_token(buyer: User, listing: Listing) -> None:
    browser = APIClient(enforce_csrf_checks=True)
    browser.force_login(buyer)
    assert browser.post(ENQUIRIES, filled(listing), format="json").status_code == 403


def test_a_page_costs_the_same_however_long(
    program: APIClient,
    buyer: User,
    agent: User,
    make_listing: MakeListing,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(3):
        sent = services.send(make_listing().pk, message="Hello", account_id=buyer.pk)
        services.reply(sent.pk, agent.pk, "Hello")
    # The token with its user, the count, the page, the replies.
    with django_assert_num_queries(4):
        page = program.get(f"{ENQUIRIES}?page_size=2").json()
    assert (page["count"], len(page["results"])) == (3, 2)
