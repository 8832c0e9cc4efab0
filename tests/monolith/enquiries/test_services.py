"""What an enquiry writes and tells: rows and events together, and nobody's name in a topic."""

import pytest
from django.core import mail
from pytest_django import Settings

from cdc.contracts.events import DomainEvent, EnquiryAnswered, EnquirySent
from cdc.outbox.models import OutboxEvent
from monolith.accounts.models import User
from monolith.enquiries import services
from monolith.enquiries.models import Enquiry
from monolith.errors import HomeNotForSale
from monolith.listings.models import Listing
from tests.monolith.conftest import Commit, Give, MakeListing
from tests.monolith.interests.events import published

pytestmark = pytest.mark.django_db
TOPIC = "enquiry.events"


def test_an_enquiry_and_its_answers_are_told(
    buyer: User, agent: User, listing: Listing, enquiry: Enquiry
) -> None:
    reply = services.reply(enquiry.pk, agent.pk, "It is.")
    facts = {"enquiry_id": enquiry.pk, "listing_id": listing.pk, "agent_id": agent.pk}
    assert published(TOPIC) == [
        (EnquirySent(**facts, account_id=buyer.pk), 1),
        (EnquiryAnswered(**facts, account_id=buyer.pk, reply_id=reply.pk), 2),
    ]
    assert not services.mark_answered(enquiry.pk, agent.pk)
    assert len(published(TOPIC)) == 2


def test_a_visitor_is_told_of_without_a_trace(agent: User, visitors: Enquiry) -> None:
    assert services.mark_answered(visitors.pk, agent.pk)
    (sent, _), (answered, version) = published(TOPIC)
    assert isinstance(sent, EnquirySent)
    assert isinstance(answered, EnquiryAnswered)
    assert (sent.account_id, answered.reply_id, version) == (None, None, 2)
    said = b"".join(bytes(row.payload) for row in OutboxEvent.objects.all())
    assert not any(word in said.lower() for word in (b"vera", b"example", b"come"))


def test_a_home_that_nobody_can_buy_is_not_asked_about(make_listing: MakeListing) -> None:
    sold = make_listing(status="sold")
    for number in (sold.pk, 0):
        with pytest.raises(HomeNotForSale):
            services.send(number, message="Hello", name="Vera", email="vera@example.org")
    assert not OutboxEvent.objects.exists()


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ((), ["ada@example.org", "bo@example.org"]),
        (("agent",), ["bo@example.org"]),
        (("buyer",), ["ada@example.org"]),
        (("agent", "buyer"), []),
    ],
)
def test_whoever_is_the_services_gets_no_mail_from_here(
    agent: User,
    buyer: User,
    listing: Listing,
    give: Give,
    commit: Commit,
    given: tuple[str, ...],
    told: list[str],
) -> None:
    give("enquiry", *({"agent": agent, "buyer": buyer}[name] for name in given))
    with commit():
        enquiry = services.send(listing.pk, message="Is it new?", account_id=buyer.pk)
    assert [sent.to[0] for sent in mail.outbox] == told
    mail.outbox.clear()
    with commit():
        services.reply(enquiry.pk, agent.pk, "It is.")
    assert [sent.to[0] for sent in mail.outbox] == ["bo@example.org"] * ("buyer" not in given)


def test_a_visitor_is_always_answered_from_here(
    agent: User, visitors: Enquiry, settings: Settings, commit: Commit
) -> None:
    settings.OUTBOX_STAMP = f"{__name__}.everybody"
    with commit():
        services.reply(visitors.pk, agent.pk, "It is.")
    assert [sent.to for sent in mail.outbox] == [["vera@example.org"]]


def everybody(_: DomainEvent) -> str:
    return '{"enquiry":{"buckets":[[0,10000]]}}'
