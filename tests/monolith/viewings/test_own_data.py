"""A person's viewings are theirs to take; when they leave, hours are free and the past is blank."""

from typing import Any

import pytest
from django.core import mail
from django.test import Client

from monolith.accounts import services as accounts
from monolith.accounts.models import User
from monolith.alerts.models import Alert
from monolith.listings.models import Listing
from monolith.viewings.models import Viewing

pytestmark = pytest.mark.django_db


def test_the_export_holds_them(buyer_client: Client, listing: Listing, viewing: Viewing) -> None:
    [told] = buyer_client.get("/account/export/").json()["viewings"]
    assert (told["listing_id"], told["status"]) == (listing.pk, "requested")


def test_a_visitor_who_leaves_frees_the_hour_and_stays_in_no_diary(
    buyer: User, agent_client: Client, viewing: Viewing, past: Viewing
) -> None:
    Viewing.objects.filter(pk=past.pk).update(status="done")
    accounts.delete(buyer.pk)
    kept = Viewing.objects.filter(account=None).order_by("pk")
    assert [each.status for each in kept] == ["cancelled", "done"]
    page = agent_client.get("/agent/viewings/?show=closed").content.decode()
    assert page.count("Former member") == 2


def test_the_agent_is_mailed_of_what_a_visitor_who_leaves_calls_off(
    agent: User, buyer: User, viewing: Viewing, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        accounts.delete(buyer.pk)

    assert [(each.to, each.subject[:17]) for each in mail.outbox] == [
        ([agent.email], "Viewing cancelled")
    ]
    assert not Alert.objects.filter(account=buyer).exists()


def test_the_visitor_is_mailed_of_what_an_agent_who_leaves_calls_off(
    agent: User,
    buyer: User,
    other_agent: User,
    viewing: Viewing,
    django_capture_on_commit_callbacks: Any,
) -> None:
    Listing.objects.update(agent=other_agent)
    with django_capture_on_commit_callbacks(execute=True):
        accounts.delete(agent.pk)

    assert [(each.to, each.subject[:17]) for each in mail.outbox] == [
        ([buyer.email], "Viewing cancelled")
    ]
    assert not Alert.objects.filter(account=agent).exists()


def test_an_agent_who_leaves_calls_off_what_they_would_have_shown(
    agent: User, other_agent: User, viewing: Viewing
) -> None:
    Listing.objects.update(agent=other_agent)
    accounts.delete(agent.pk)
    viewing.refresh_from_db()
    assert (viewing.status, viewing.account.username) == ("cancelled", "bo")  # type: ignore[union-attr]
