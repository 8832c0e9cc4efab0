"""What agencies are told: about their own agent's homes, once an endpoint, by no replay."""

import pytest

from cdc.contracts.events import (
    AccountDeleted,
    EnquirySent,
    ListingPublished,
    ListingRepriced,
    ListingStatusChanged,
    ViewingBooked,
    ViewingCancelled,
)
from consumers.notifications.endpoints.models import Endpoint, Message
from consumers.notifications.handlers import notifications
from consumers.notifications.ledger.models import Notification
from consumers.runtime.testing.scenario import Scenario, given
from tests.consumers.notifications.telling import home

pytestmark = pytest.mark.django_db

AGENT = 5
AT = "2026-12-01T15:00:00+00:00"


def heard(_: object) -> list[tuple[int | None, str]]:
    """Return which endpoint is told what."""
    types = dict(Message.objects.values_list("event_id", "type"))
    rows = Notification.objects.filter(channel="webhook").order_by("endpoint_id", "event_id")
    return sorted((each.endpoint_id, types[each.event_id]) for each in rows)


told: Scenario[None] = given(notifications, shows=heard)


@pytest.fixture
def endpoint() -> Endpoint:
    return Endpoint.objects.create(account_id=AGENT, url="https://agency.example/hook")


def test_an_agency_hears_of_enquiries_and_viewings_of_its_agent_alone(endpoint: Endpoint) -> None:
    one = endpoint.pk

    told.events(
        EnquirySent(1, 7, AGENT, 9),
        EnquirySent(2, 8, 6, None),
        ViewingBooked(3, 7, AGENT, 9, AT),
        ViewingCancelled(3, 7, AGENT, None, AT, False),
    ).twice().fresh().crashing("handled", "applied").in_lanes().then(
        [(one, "enquiry.sent"), (one, "viewing.booked"), (one, "viewing.cancelled")]
    )


def test_what_is_told_names_nobody(endpoint: Endpoint) -> None:
    said = given(notifications, shows=lambda _: list(Message.objects.values_list("data")))

    said.events(EnquirySent(1, 7, AGENT, 9)).then([({"enquiry_id": 1, "listing_id": 7},)])


def test_an_agency_hears_of_a_homes_way_through_the_market_whoever_sends_mails_of_it(
    endpoint: Endpoint,
) -> None:
    events = (
        ListingPublished(7, 200, "active", "Ranch", "Maumee"),
        ListingRepriced(7, 200, 100),
        ListingStatusChanged(7, "active", "sold"),
    )
    expected = [(endpoint.pk, "listing.status")] * 2

    home(told, version=9, agent_id=AGENT).events(*events).twice().fresh().then(expected)
    home(told.events(*events), version=9, agent_id=AGENT).then(expected)
    home(told, version=9, agent_id=6).events(*events).then([])


def test_endpoints_hear_what_they_asked_for_while_they_are_on(endpoint: Endpoint) -> None:
    Endpoint.objects.create(account_id=AGENT, url="https://b.example/", kinds=["viewing"])
    Endpoint.objects.create(account_id=AGENT, url="https://c.example/", is_active=False)
    second = Endpoint.objects.create(account_id=AGENT, url="https://d.example/")

    told.events(EnquirySent(1, 7, AGENT, 9)).twice().then(
        [(endpoint.pk, "enquiry.sent"), (second.pk, "enquiry.sent")]
    )


def test_an_agents_erasure_takes_the_endpoints_along(endpoint: Endpoint) -> None:
    told.events(EnquirySent(1, 7, AGENT, 9), AccountDeleted(AGENT, True)).then([])
    given(notifications, shows=lambda _: Endpoint.objects.count()).events(
        AccountDeleted(AGENT, True)
    ).then(0)
