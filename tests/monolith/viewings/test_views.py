"""Asking for a viewing, one's own list, and the agent's: each for those whom it concerns."""

from datetime import datetime

import pytest
from django.core import mail
from django.test import Client, override_settings
from pytest_django import DjangoAssertNumQueries

from monolith.accounts.models import Agency, User
from monolith.api.throttling import Throttle
from monolith.listings.models import Listing
from monolith.viewings import services
from monolith.viewings.models import Viewing
from tests.monolith.conftest import MakeListing, Post
from tests.monolith.test_pages import DEAD_REDIS

pytestmark = pytest.mark.django_db
OWN, AGENTS_PAGE = "/saved/viewings/", "/agent/viewings/"


def address(listing: Listing) -> str:
    return f"/homes/{listing.pk}/viewing/"


def test_a_viewing_is_asked_for_and_confirmed_and_both_are_told(
    buyer_client: Client, agent_client: Client, listing: Listing, free: list[datetime], post: Post
) -> None:
    assert address(listing) in buyer_client.get(listing.get_absolute_url()).content.decode()
    form = buyer_client.get(address(listing)).content.decode()
    assert form.count("<option") == 14 * 8 + 1
    answer = post(buyer_client, address(listing), {"starts_at": free[9].isoformat()})
    assert answer["Location"] == OWN
    viewing = Viewing.objects.get()
    assert viewing.time_in_words in buyer_client.get(OWN).content.decode()
    assert free[9].isoformat() not in buyer_client.get(address(listing)).content.decode()

    page = agent_client.get(AGENTS_PAGE).content.decode()
    assert "Bo Buyer" in page
    answer = post(agent_client, f"{AGENTS_PAGE}{viewing.pk}/confirm/")
    assert "is now confirmed" in agent_client.get(answer["Location"]).content.decode()
    assert [sent.to[0] for sent in mail.outbox] == ["ada@example.org", "bo@example.org"] * 2
    assert "would like to see a home of yours" in mail.outbox[0].body
    assert mail.outbox[3].subject.startswith("Viewing confirmed: 101 Ash Street, ")
    assert f"{OWN}{viewing.pk}/calendar.ics" in mail.outbox[3].body


@pytest.mark.parametrize("is_agent", [True, False])
def test_either_side_cancels_and_both_are_told(
    buyer_client: Client, agent_client: Client, viewing: Viewing, post: Post, is_agent: bool
) -> None:
    client, page = (agent_client, AGENTS_PAGE) if is_agent else (buyer_client, OWN)
    services.confirm(viewing.pk)
    url = f"{page}{viewing.pk}/cancel/"
    assert f'action="{url}"' in client.get(page).content.decode()
    post(client, url)
    viewing.refresh_from_db()
    assert viewing.status == "cancelled"
    words = [" ".join(sent.body.split()) for sent in mail.outbox[-2:]]
    said = ("by you.", "by the agent.") if is_agent else ("by the visitor.", "by you.")
    for text, who in zip(words, said, strict=True):
        assert f"cancelled {who}" in text
    again = buyer_client.post(f"{OWN}{viewing.pk}/cancel/", follow=True)
    assert "cannot become cancelled now" in again.content.decode()


def test_strangers_are_asked_to_log_in(listing: Listing, viewing: Viewing) -> None:
    client = Client()
    for url in (address(listing), OWN, AGENTS_PAGE, f"{OWN}{viewing.pk}/calendar.ics"):
        assert client.get(url)["Location"] == f"/accounts/login/?next={url}"
    for url in (f"{OWN}{viewing.pk}/cancel/", f"{AGENTS_PAGE}{viewing.pk}/confirm/"):
        assert client.post(url).status_code == 302
    viewing.refresh_from_db()
    assert viewing.version == 1


def test_somebody_elses_viewing_does_not_exist(
    client: Client, buyer_client: Client, agent_client: Client, other_agent: User, viewing: Viewing
) -> None:
    services.confirm(viewing.pk)
    client.force_login(other_agent)
    assert "Nobody has asked" in client.get(AGENTS_PAGE).content.decode()
    assert "You have no viewings." in client.get(OWN).content.decode()
    assert agent_client.post(f"{AGENTS_PAGE}{viewing.pk}/requested/").status_code == 404
    for decision in ("confirm", "decline", "cancel", "done"):
        url = f"{AGENTS_PAGE}{viewing.pk}/{decision}/"
        assert client.post(url).status_code == 404
        assert buyer_client.post(url).status_code == 403
        assert agent_client.get(url).status_code == 405
    # The agent's own way is the agents' page.
    assert agent_client.post(f"{OWN}{viewing.pk}/cancel/").status_code == 404
    assert client.get(f"{OWN}{viewing.pk}/calendar.ics").status_code == 404
    assert client.post(f"{OWN}{10**30}/cancel/").status_code == 404
    viewing.refresh_from_db()
    assert viewing.status == "confirmed"


def test_an_agency_admin_decides_for_the_agency(
    client: Client, agent: User, other_agent: User, viewing: Viewing
) -> None:
    agency = Agency.objects.create(name="River Homes", slug="river-homes")
    User.objects.filter(pk=agent.pk).update(agency=agency)
    User.objects.filter(pk=other_agent.pk).update(agency=agency, is_agency_admin=True)
    client.force_login(other_agent)
    assert "Bo Buyer" in client.get(AGENTS_PAGE).content.decode()
    client.post(f"{AGENTS_PAGE}{viewing.pk}/decline/")
    assert "Declined" in client.get(f"{AGENTS_PAGE}?show=closed").content.decode()


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("", "Choose a time."),
        ("nul\x00", "no longer free"),
        ("2026-05-04T14:00:00+00:00", "no longer free"),
        ("9" * 5000, "no longer free"),
        ("<b>", "no longer free"),
    ],
)
def test_a_bad_time_is_explained(
    buyer_client: Client, listing: Listing, value: str, message: str
) -> None:
    answer = buyer_client.post(address(listing), {"starts_at": value})
    assert answer.status_code == 400
    assert message in answer.content.decode()
    assert not Viewing.objects.exists()


def test_an_hour_that_is_taken_meanwhile_is_explained(
    buyer_client: Client, agent_client: Client, listing: Listing, viewing: Viewing
) -> None:
    wish = {"starts_at": viewing.starts_at.isoformat()}
    answer = agent_client.post(address(listing), wish)
    assert answer.status_code == 400
    assert "no longer free" in answer.content.decode()


def test_only_homes_for_sale_are_shown(buyer_client: Client, make_listing: MakeListing) -> None:
    for status, answered in (("draft", 404), ("withdrawn", 404), ("sold", 302), ("pending", 200)):
        home = make_listing(status=status)
        assert buyer_client.get(address(home)).status_code == answered
        page = buyer_client.get(home.get_absolute_url()).content.decode()
        assert (address(home) in page) == (status == "pending")


def test_who_asks_too_often_waits_and_the_cache_is_not_needed(
    buyer_client: Client, listing: Listing, free: list[datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Throttle, "THROTTLE_RATES", {"mail": "1/hour"})
    wishes = [{"starts_at": when.isoformat()} for when in free[:3]]
    assert buyer_client.post(address(listing), wishes[0]).status_code == 302
    refused = buyer_client.post(address(listing), wishes[1])
    assert refused.status_code == 429
    assert "Try again in 60 minutes." in refused.content.decode()
    with override_settings(CACHES=DEAD_REDIS):
        assert buyer_client.post(address(listing), wishes[2]).status_code == 302


def test_a_post_without_its_token_is_refused(buyer: User, viewing: Viewing) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(buyer)
    assert client.post(f"{OWN}{viewing.pk}/cancel/").status_code == 403


def test_past_ones_are_marked_as_done(agent_client: Client, past: Viewing) -> None:
    assert f"{past.pk}/done/" in agent_client.get(AGENTS_PAGE).content.decode()
    agent_client.post(f"{AGENTS_PAGE}{past.pk}/done/")
    past.refresh_from_db()
    assert past.status == "done"


def test_long_lists_cost_no_more_queries(
    buyer_client: Client,
    agent_client: Client,
    buyer: User,
    agent: User,
    make_listing: MakeListing,
    free: list[datetime],
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    Viewing.objects.bulk_create(
        Viewing(listing=make_listing(), agent=agent, account=buyer, starts_at=when)
        for when in free[:26]
    )
    # Session, user, groups of the header and of the identity cookie, count, page.
    for client, url in ((buyer_client, OWN), (agent_client, AGENTS_PAGE)):
        with django_assert_max_num_queries(6):
            assert client.get(url).content.decode().count("101 Ash Street") in (20, 25)
    assert "26 viewings, page 1 of 2" in agent_client.get(AGENTS_PAGE).content.decode()
