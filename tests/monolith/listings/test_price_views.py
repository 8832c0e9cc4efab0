"""Prices by upload: previewed with their errors, saved whole or not at all."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cdc.outbox.models import OutboxEvent
from monolith.accounts.models import User
from monolith.listings import services
from monolith.listings.models import Listing
from tests.monolith.conftest import MakeListing

pytestmark = pytest.mark.django_db
URL = "/agent/prices/"


def send(client: Client, content: str | bytes) -> Any:
    data = content.encode() if isinstance(content, str) else content
    return client.post(URL, {"file": SimpleUploadedFile("prices.csv", data)})


def order_of(answer: Any) -> str:
    found = re.search(r'name="order" value="([^"]+)"', answer.content.decode())
    return found[1] if found else ""


def csv_of(*rows: tuple[object, object]) -> str:
    return "listing_id,new_price\n" + "".join(f"{a},{b}\n" for a, b in rows)


def test_a_list_is_previewed_and_saved_with_an_event_each(
    agent_client: Client, make_listing: MakeListing
) -> None:
    homes = [make_listing(), make_listing()]
    order = order_of(send(agent_client, csv_of(*((home.pk, 90_000) for home in homes))))
    assert set(Listing.objects.values_list("price", flat=True)) == {100_000}
    answer = agent_client.post(f"{URL}confirm/", {"order": order}, follow=True)
    assert "The new prices of 2 listings are saved." in answer.content.decode()
    assert set(Listing.objects.values_list("price", "version")) == {(90_000, 2)}
    assert OutboxEvent.objects.filter(event_type="ListingRepriced").count() == 2


def test_one_price_that_moved_meanwhile_stops_them_all(
    agent_client: Client, make_listing: MakeListing
) -> None:
    first, second = make_listing(), make_listing()
    order = order_of(send(agent_client, csv_of((first.pk, 1), (second.pk, 1))))
    services.reprice(second.pk, 95_000)
    answer = agent_client.post(f"{URL}confirm/", {"order": order})
    assert answer.status_code == 400
    assert f"Listing {second.pk} has changed" in answer.content.decode()
    first.refresh_from_db()
    assert first.price == 100_000


@pytest.mark.parametrize(
    ("listing_id", "price", "message"),
    [
        ("x", 1, "You have no listing"),
        ("9" * 30, 1, "You have no listing"),
        ("-1", 1, "You have no listing"),
        (None, "1e3", "whole dollars"),
        (None, "0", "whole dollars"),
        (None, 2**31, "whole dollars"),
        (None, "٣", "whole dollars"),
    ],
)
def test_a_bad_line_is_named_and_nothing_may_be_confirmed(
    agent_client: Client, listing: Listing, listing_id: str | None, price: object, message: str
) -> None:
    answer = send(agent_client, csv_of((listing_id or listing.pk, price)))
    assert answer.status_code == 400
    assert message in answer.content.decode()
    assert order_of(answer) == ""


def test_the_same_home_twice_and_a_sold_one_are_errors(
    agent_client: Client, make_listing: MakeListing
) -> None:
    home, sold = make_listing(), make_listing(status="sold")
    page = send(agent_client, csv_of((home.pk, 1), (home.pk, 2), (sold.pk, 1))).content.decode()
    assert "stands in the file twice" in page
    assert "not for sale" in page


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"a,b\n1,2\n",
        b"listing_id,new_price\n",
        b"\x00",
        b'listing_id,new_price\n"1',
    ],
)
def test_what_is_no_price_list_is_refused_in_words(agent_client: Client, content: bytes) -> None:
    assert send(agent_client, content).status_code == 400


def test_too_large_and_too_long_files_are_refused(agent_client: Client) -> None:
    assert "at most 100 kB" in send(agent_client, "x" * 100_001).content.decode()
    long = csv_of(*((1, 1) for _ in range(501)))
    assert "more than 500 lines" in send(agent_client, long).content.decode()


def test_others_homes_and_others_previews_are_no_use(
    client: Client, agent_client: Client, other_agent: User, listing: Listing
) -> None:
    order = order_of(send(agent_client, csv_of((listing.pk, 1))))
    client.force_login(other_agent)
    assert "You have no listing" in send(client, csv_of((listing.pk, 1))).content.decode()
    for stolen in (order, "forged", ""):
        assert client.post(f"{URL}confirm/", {"order": stolen}).status_code == 400
    listing.refresh_from_db()
    assert listing.price == 100_000


def test_buyers_and_strangers_are_kept_out(client: Client, buyer_client: Client) -> None:
    for path in (URL, f"{URL}template.csv"):
        assert buyer_client.get(path).status_code == 403
        assert client.get(path).status_code == 302


def test_the_template_lists_what_may_be_repriced(
    agent_client: Client, make_listing: MakeListing
) -> None:
    home = make_listing()
    make_listing(status="sold")
    template = agent_client.get(f"{URL}template.csv").content.decode()
    assert template == f"listing_id,price,new_price\r\n{home.pk},100000,\r\n"
