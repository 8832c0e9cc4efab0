"""What a person asked is theirs to take, and goes with their account, as a visitor's too."""

import pytest
from django.test import Client

from monolith.accounts import services as accounts
from monolith.accounts.models import User
from monolith.enquiries import services
from monolith.enquiries.models import Enquiry, Reply
from monolith.listings.models import Listing

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(buyer: User, agent: User, enquiry: Enquiry, visitors: Enquiry) -> Enquiry:
    services.reply(enquiry.pk, agent.pk, "It is.")
    # Before the account was made, or while its owner was logged out.
    services.send(enquiry.listing_id, message="Earlier", name="Bo", email="BO@example.org")
    return visitors


def test_the_export_holds_what_was_asked_and_answered(buyer_client: Client, asked: Enquiry) -> None:
    told = buyer_client.get("/account/export/").json()["enquiries"]
    assert [one["message"] for one in told] == ["Is the porch new?", "Earlier"]
    assert [one["text"] for one in told[0]["answers"]] == ["It is."]


def test_a_deleted_account_leaves_nothing_of_it_with_the_agent(buyer: User, asked: Enquiry) -> None:
    accounts.delete(buyer.pk)
    assert list(Enquiry.objects.all()) == [asked]
    assert not Reply.objects.exists()


def test_an_agent_who_leaves_does_not_take_answers_away(
    agent: User, other_agent: User, enquiry: Enquiry
) -> None:
    services.reply(enquiry.pk, agent.pk, "It is.")
    Listing.objects.update(agent=other_agent)
    accounts.delete(agent.pk)
    assert Reply.objects.get().author.get_full_name() == "Former member"
