"""Endpoints from the first message to the last: signed, tried again, switched off, replayed."""

import hmac
from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings
from standardwebhooks.webhooks import WebhookVerificationError

from cdc.contracts.notification_ids import id_of
from consumers.notifications.endpoints.models import Endpoint, Message
from consumers.notifications.ledger import erased
from consumers.notifications.ledger.models import Notification, State
from consumers.notifications.pacing.models import Gate
from consumers.notifications.sending import delivery
from tests.consumers.notifications.agency import Agency, agency_on_loopback
from tests.consumers.notifications.conftest import outcome

pytestmark = pytest.mark.django_db

AGENT = 5


@pytest.fixture
def agency(settings: Settings) -> Iterator[Agency]:
    settings.NOTIFICATIONS = replace(settings.NOTIFICATIONS, webhooks_on_loopback=True)
    with agency_on_loopback() as agency:
        yield agency


@pytest.fixture
def endpoint(agency: Agency) -> Endpoint:
    return Endpoint.objects.create(account_id=AGENT, url=agency.url)


def plan(endpoint: Endpoint, event: str = "event-1") -> Notification:
    Message.objects.create(
        event_id=event,
        account_id=AGENT,
        type="enquiry.sent",
        happened_at=timezone.now(),
        data={"enquiry_id": 1, "listing_id": 7},
    )
    return Notification.objects.create(
        id=id_of(event, AGENT, "enquiry", f"webhook/{endpoint.pk}"),
        event_id=event,
        account_id=AGENT,
        kind="enquiry",
        channel="webhook",
        endpoint_id=endpoint.pk,
    )


def look(*rows: Notification) -> None:
    """Let every row be due, and the worker look."""
    for row in rows:
        Notification.objects.filter(pk=row.pk).update(due_at=timezone.now())
        delivery.look(row.pk)


def manage(*words: str) -> str:
    told = StringIO()
    call_command("endpoints", *words, stdout=told)
    return told.getvalue()


def test_a_message_is_signed_by_the_endpoints_own_secret(
    agency: Agency, endpoint: Endpoint
) -> None:
    planned = plan(endpoint)
    look(planned, planned)

    assert outcome(planned) == (State.SENT, "")
    (said,) = agency.said(endpoint.secret())
    assert (said["type"], said["data"]) == ("enquiry.sent", {"enquiry_id": 1, "listing_id": 7})
    assert agency.posts[0][0]["webhook-id"] == str(planned.pk)
    other = Endpoint.objects.create(account_id=AGENT, url=agency.url)
    with pytest.raises(WebhookVerificationError):
        agency.said(other.secret())


def test_anybody_may_verify_a_signature_by_the_published_rules_alone(
    agency: Agency, endpoint: Endpoint
) -> None:
    look(plan(endpoint))

    ((told, body),) = agency.posts
    headers = {name.lower(): value for name, value in told.items()}
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    secret = b64decode(endpoint.secret().removeprefix("whsec_"), validate=True)
    assert 24 <= len(secret) <= 64
    expected = b64encode(hmac.digest(secret, signed, "sha256")).decode()
    assert headers["webhook-signature"].split() == [f"v1,{expected}"]
    assert abs(int(headers["webhook-timestamp"]) - timezone.now().timestamp()) < 300


def test_a_failure_is_tried_again_with_the_same_id_and_success_ends_the_count(
    agency: Agency, endpoint: Endpoint
) -> None:
    planned = plan(endpoint)
    agency.status = 500
    look(planned, planned)
    endpoint.refresh_from_db()
    assert (outcome(planned)[0], endpoint.failures) == (State.PLANNED, 2)

    agency.status = 200
    look(planned)

    endpoint.refresh_from_db()
    assert (outcome(planned)[0], endpoint.failures) == (State.SENT, 0)
    assert len({headers["webhook-id"] for headers, _ in agency.posts}) == 1


def test_an_endpoint_that_fails_often_and_for_long_is_switched_off(
    agency: Agency, endpoint: Endpoint, settings: Settings
) -> None:
    agency.status = 500
    rows = [plan(endpoint, f"event-{number}") for number in range(12)]
    look(*rows[:11])
    endpoint.refresh_from_db()
    # Many at one moment are one failure of its own.
    assert (endpoint.failures, endpoint.is_active) == (11, True)

    Endpoint.objects.update(failing_since=timezone.now() - timedelta(hours=2))
    look(rows[11])
    look(rows[0])

    endpoint.refresh_from_db()
    assert not endpoint.is_active
    assert "failed" in endpoint.reason
    assert outcome(rows[0]) == (State.DROPPED, "The endpoint is switched off.")


def test_an_endpoint_where_nobody_is_for_long_is_switched_off_too(
    agency: Agency, endpoint: Endpoint
) -> None:
    Endpoint.objects.update(url="http://127.0.0.1:1/hook")
    planned = plan(endpoint)
    for _ in range(10):
        Gate.objects.update(closed_until=timezone.now())
        look(planned)
    endpoint.refresh_from_db()
    assert (endpoint.failures, endpoint.is_active) == (10, True)

    Endpoint.objects.update(failing_since=timezone.now() - timedelta(hours=2))
    Gate.objects.update(closed_until=timezone.now())
    look(planned)

    endpoint.refresh_from_db()
    assert (outcome(planned)[0], endpoint.is_active) == (State.PLANNED, False)


def test_an_endpoint_that_is_gone_for_good_is_switched_off_at_once(
    agency: Agency, endpoint: Endpoint
) -> None:
    agency.status = 410
    planned = plan(endpoint)
    look(planned)

    endpoint.refresh_from_db()
    assert outcome(planned) == (State.FAILED, "The endpoint answered 410.")
    assert not endpoint.is_active


def test_what_did_not_arrive_is_replayed_when_the_endpoint_is_back(
    agency: Agency, endpoint: Endpoint
) -> None:
    arrived, missed, waited = (plan(endpoint, f"event-{number}") for number in range(3))
    look(arrived)
    agency.status = 410
    look(missed, waited)
    agency.status = 200

    manage("enable", str(endpoint.pk))
    assert manage("replay", str(endpoint.pk)) == "2 to be posted again.\n"
    look(arrived, missed, waited)
    assert {outcome(each)[0] for each in (arrived, missed, waited)} == {State.SENT}
    assert len(agency.posts) == 1 + 1 + 2

    told = manage("replay", str(endpoint.pk), "--message", str(arrived.pk))
    look(arrived)
    assert told == "1 to be posted again.\n"
    assert agency.posts[-1][0]["webhook-id"] == str(arrived.pk)


def test_what_is_old_by_now_goes_only_when_it_is_asked_for(
    agency: Agency, endpoint: Endpoint, settings: Settings
) -> None:
    settings.NOTIFICATIONS = replace(settings.NOTIFICATIONS, oldest=timedelta(days=2))
    planned = plan(endpoint)
    Notification.objects.update(planned_at=timezone.now() - timedelta(days=3))
    look(planned)
    assert outcome(planned) == (State.DROPPED, "It is old by now.")

    for count in (1, 0):
        told = manage("replay", str(endpoint.pk), "--message", str(planned.pk))
        # What is planned already is on its way.
        assert told == f"{count} to be posted again.\n"
    look(planned)

    assert outcome(planned)[0] == State.SENT


def test_one_message_that_is_refused_to_the_end_switches_nothing_off(
    agency: Agency, endpoint: Endpoint
) -> None:
    agency.status = 500
    planned = plan(endpoint)
    for _ in range(8):
        look(planned)

    endpoint.refresh_from_db()
    assert (outcome(planned)[0], endpoint.is_active) == (State.FAILED, True)


def test_a_secret_is_shown_when_it_is_made_and_never_again(agency: Agency) -> None:
    added = manage("add", "5", agency.url, "--kinds", "viewing", "enquiry")
    endpoint = Endpoint.objects.get()
    assert endpoint.secret() in added
    assert endpoint.kinds == ["enquiry", "viewing"]

    manage("disable", str(endpoint.pk), "--reason", "The agency asked.")
    listed = manage("list")

    assert "The agency asked." in listed
    assert "whsec_" not in listed
    # Nor can it be read from the database.
    assert endpoint.secret().removeprefix("whsec_") not in str(Endpoint.objects.values().get())


def test_an_endpoint_in_a_private_network_is_not_taken(settings: Settings) -> None:
    for url in ("https://10.0.0.1/", "http://93.184.215.14/"):
        with pytest.raises(CommandError):
            manage("add", "5", url)
    with pytest.raises(CommandError, match="no endpoint 99"):
        manage("enable", "99")

    assert not Endpoint.objects.exists()


def test_an_endpoint_of_somebody_who_was_erased_is_not_taken(agency: Agency) -> None:
    erased.bury(AGENT)

    with pytest.raises(CommandError, match="Account 5 was erased"):
        manage("add", str(AGENT), agency.url)

    assert not Endpoint.objects.exists()
