"""What a mails' provider reports: posted to django-anymail's view, as Postmark documents it."""

import json
from base64 import b64encode
from io import StringIO
from typing import Any

import pytest
from anymail.signals import AnymailTrackingEvent
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from consumers.notifications.bounces import hearing
from consumers.notifications.bounces.models import Suppression
from consumers.notifications.ledger.models import Notification, State
from consumers.notifications.models import Person
from consumers.notifications.sending import delivery
from consumers.notifications.site import choices
from tests.consumers.notifications.conftest import World, outcome

pytestmark = pytest.mark.django_db

PATH = "/mail-reports/postmark/"
SECRET = "provider:secret"


@pytest.fixture
def provider(settings: Settings) -> Client:
    settings.ROOT_URLCONF = "consumers.notifications.urls"
    settings.MIDDLEWARE = []
    return Client(enforce_csrf_checks=True, headers={"Authorization": authorised(SECRET)})


def authorised(secret: str) -> str:
    return f"Basic {b64encode(secret.encode()).decode()}"


def report(kind: str, planned: Notification | None, **facts: Any) -> str:
    """Return a report as Postmark posts it."""
    ours = {"notification": str(planned.pk)} if planned else {}
    told: dict[str, Any] = {
        "RecordType": kind,
        "ID": 4323372036854775807,
        "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
        "ServerID": 23,
        "Tag": "price",
        "Email": "person1@example.org",
        "Recipient": "person1@example.org",
        "BouncedAt": "2026-11-26T16:33:54.9070259Z",
        "DeliveredAt": "2026-11-26T16:33:54.9070259Z",
        "Details": "Test",
        "Metadata": ours,
    }
    if kind == "Bounce":
        told["Type"] = "HardBounce"
        told["Details"] = "smtp;550 5.1.1 The email account does not exist."
    if kind == "SpamComplaint":
        told["Type"] = "SpamComplaint"
    return json.dumps(told | facts)


def post(provider: Client, body: str, path: str = PATH) -> int:
    return provider.post(path, body, content_type="application/json").status_code


def sent(planned: Notification) -> Notification:
    delivery.look(planned.pk)
    assert outcome(planned) == (State.SENT, "")
    return planned


def test_a_mail_names_its_notification_in_what_the_provider_gives_back(world: World) -> None:
    planned = sent(world.keeper())

    (mailed,) = mail.outbox
    assert getattr(mailed, "metadata", None) == {"notification": str(planned.pk)}


def test_a_mail_that_arrived_is_delivered_and_stays_so(world: World, provider: Client) -> None:
    planned = sent(world.keeper())

    for _ in range(2):
        assert post(provider, report("Delivery", planned)) == 200
    assert outcome(planned)[0] == State.DELIVERED
    post(provider, report("Open", planned))
    assert outcome(planned)[0] == State.DELIVERED

    assert not Suppression.objects.exists()


def test_a_hard_bounce_ends_mails_to_the_address_until_it_is_another(
    world: World, provider: Client
) -> None:
    planned = sent(world.keeper())
    post(provider, report("Bounce", planned))
    assert outcome(planned) == (State.BOUNCED, "It came back: bounced.")
    # What is late changes nothing any more.
    post(provider, report("Delivery", planned))
    assert outcome(planned)[0] == State.BOUNCED

    again(planned)
    assert outcome(planned) == (State.DROPPED, "Mails to this address come back.")
    assert "person1@example.org" not in str(list(Suppression.objects.values()))
    change_address(world, 1, "new@example.org")
    again(planned)
    assert outcome(planned)[0] == State.SENT


def test_a_complaint_ends_all_mails_to_the_person_until_it_is_lifted(
    world: World, provider: Client
) -> None:
    planned = sent(world.keeper())
    post(provider, report("Delivery", planned))
    post(provider, report("SpamComplaint", planned))
    assert outcome(planned)[0] == State.COMPLAINED

    again(planned)
    assert outcome(planned) == (State.DROPPED, "The person called our mails unwanted.")

    assert "complained" in manage("list")
    assert manage("lift", "1") == "Account 1 gets mails again.\n"
    again(planned)
    assert outcome(planned)[0] == State.SENT
    with pytest.raises(CommandError):
        manage("lift", "1")


def test_a_soft_bounce_ends_nothing(world: World, provider: Client) -> None:
    planned = sent(world.keeper())
    for facts in (
        {"Type": "SoftBounce"},
        {"Details": "smtp;452 4.2.2 The mailbox is full."},
    ):
        post(provider, report("Bounce", planned, **facts))
        assert outcome(planned)[0] == State.BOUNCED

    assert not Suppression.objects.exists()


def test_a_report_may_come_before_the_worker_has_written_that_it_sent(
    world: World, provider: Client
) -> None:
    planned = world.keeper()
    Notification.objects.filter(pk=planned.pk).update(state=State.SENDING)

    post(provider, report("Delivery", planned))

    assert outcome(planned)[0] == State.DELIVERED
    assert Notification.objects.get(pk=planned.pk).sent_at


def test_a_report_settles_what_nobody_knew(world: World, provider: Client) -> None:
    planned = world.keeper()
    Notification.objects.filter(pk=planned.pk).update(state=State.UNKNOWN)
    own_id = {"Metadata": {}, "MessageID": f"<{planned.pk}@maumeehomes.example>"}

    post(provider, report("Delivery", planned, **own_id))

    assert outcome(planned)[0] == State.DELIVERED


def test_a_provider_without_metadata_gives_back_a_tag(world: World) -> None:
    planned = sent(world.keeper())
    for tags in ([None], ["sale"], [str(planned.pk)]):
        report = AnymailTrackingEvent(event_type="delivered", message_id=4711, tags=tags)
        hearing.hear(None, report, "Postal")

    assert outcome(planned)[0] == State.DELIVERED


def test_who_unsubscribes_at_the_provider_is_unsubscribed_here(
    world: World, provider: Client
) -> None:
    planned = sent(world.keeper())
    facts = {"SuppressSending": True, "SuppressionReason": "ManualSuppression"}

    post(provider, report("SubscriptionChange", planned, **facts))

    assert "price:email" not in choices.chosen(1)
    assert "match:email" in choices.chosen(1)


@pytest.mark.parametrize(
    "facts",
    [
        {"Metadata": {}, "MessageID": "nonsense"},
        {"Metadata": {"notification": "x' OR 1=1"}},
        {"Metadata": {"notification": "0e5b3c8e-0000-5000-8000-000000000001"}},
    ],
)
def test_what_is_no_mail_of_ours_is_passed_over(
    world: World, provider: Client, facts: dict[str, Any]
) -> None:
    planned = sent(world.keeper())

    assert post(provider, report("Bounce", planned, **facts)) == 200

    assert outcome(planned)[0] == State.SENT
    assert not Suppression.objects.exists()


def test_only_who_knows_the_secret_reports(
    world: World, provider: Client, settings: Settings
) -> None:
    planned = sent(world.keeper())
    for stranger in (
        Client(),
        Client(headers={"Authorization": authorised("provider:guess")}),
    ):
        assert post(stranger, report("Bounce", planned)) == 400
    settings.ANYMAIL = {"WEBHOOK_SECRET": ""}
    assert post(provider, report("Bounce", planned)) == 404
    settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET}
    assert post(provider, report("Bounce", planned), "/mail-reports/nobody/") == 404

    assert outcome(planned)[0] == State.SENT


def again(planned: Notification) -> None:
    """Let the same be planned once more."""
    again = {"state": State.PLANNED, "due_at": timezone.now(), "reason": ""}
    Notification.objects.filter(pk=planned.pk).update(**again)
    delivery.look(planned.pk)


def change_address(world: World, number: int, email: str) -> None:
    """Let somebody change their address."""
    Person.objects.filter(pk=number).delete()
    world.person(number, email)


def manage(*words: str) -> str:
    told = StringIO()
    call_command("suppressions", *words, stdout=told)
    return told.getvalue()
