"""A planned alert goes out once, or not at all for a reason that is kept."""

import re
import smtplib
from datetime import timedelta
from email import message_from_bytes, policy
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone
from pytest_django import Settings

from cdc.contracts.notification_ids import id_of
from monolith.accounts.models import User
from monolith.alerts import digests, sending, tasks, waiting
from monolith.alerts.models import Alert, Change, Digest, OptOut
from monolith.interests.models import Favourite
from monolith.listings import services
from monolith.listings.models import Listing
from tests.monolith.alerts.conftest import MakeSearch, Work

pytestmark = pytest.mark.django_db


@pytest.fixture
def alert(listing: Listing, favourite: Favourite) -> Alert:
    """Plan one mail about a lower price."""
    services.reprice(listing.pk, 90_000)
    tasks.match(Change.objects.get().pk)
    return Alert.objects.get()


@pytest.fixture
def match(listing: Listing, make_search: MakeSearch) -> Alert:
    """Plan one mail about a home that fits a search."""
    make_search(name="Near <&> school", price_max=95_000)
    services.reprice(listing.pk, 90_000)
    tasks.match(Change.objects.get().pk)
    return Alert.objects.get()


def sent(alert: Alert) -> Alert:
    sending.send(alert.pk)
    alert.refresh_from_db()
    return alert


def sent_when_due(alert: Alert) -> Alert:
    Alert.objects.update(due_at=timezone.now())
    return sent(alert)


def test_a_mail_goes_out_once_and_is_written_down(alert: Alert) -> None:
    tasks.send(alert.pk)
    tasks.send(alert.pk)
    alert.refresh_from_db()
    assert len(mail.outbox) == 1
    assert (alert.state, alert.subject) == ("sent", "Plain home: now $90,000")
    assert alert.sent_at
    assert alert.event_id
    # As a service would have called it.
    assert alert.notification_id == id_of(alert.event_id, alert.account_id, "price")
    assert alert.message_id == f"<alert-{alert.notification_id}@maumeehomes.example>"


def test_the_mail_has_the_headers_for_one_click(match: Alert) -> None:
    sent(match)
    read = message_from_bytes(mail.outbox[0].message().as_bytes(), policy=policy.default)
    link = read["List-Unsubscribe"].strip()
    assert re.fullmatch(r"<http://127.0.0.1:8000/unsubscribe/\d+\.\d+:[\w-]+/>", link)
    assert read["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert read["Message-ID"] == f"<alert-{match.notification_id}@maumeehomes.example>"
    text = read.get_content()
    assert link[1:-1] in text
    assert "http://127.0.0.1:8000/homes/" in text
    assert "“Near <&> school”" in text


@pytest.mark.parametrize("status", ["sold", "withdrawn"])
def test_a_home_that_is_gone_meanwhile_is_not_offered(alert: Alert, status: str) -> None:
    assert alert.change
    services.change_status(alert.change.listing_id, status)
    assert (sent(alert).state, alert.reason) == (
        "dropped",
        "The home was sold or withdrawn meanwhile.",
    )


def test_of_several_reductions_the_last_one_is_told(
    alert: Alert, favourite: Favourite, work: Work
) -> None:
    services.reprice(favourite.listing_id, 80_000)
    assert [(row.state, row.subject) for row in work()] == [
        ("dropped", ""),
        ("sent", "Plain home: now $80,000"),
    ]


def test_what_is_no_longer_wanted_is_dropped(
    alert: Alert, favourite: Favourite, keeper: User
) -> None:
    optout = OptOut.objects.create(account=keeper, kind="price")
    assert "does not want this kind" in sent(alert).reason
    optout.delete()
    favourite.delete()
    Alert.objects.update(state="planned")
    assert "no favourite any more" in sent(alert).reason
    assert not mail.outbox


def test_a_search_that_changed_its_mind_is_not_served(match: Alert) -> None:
    assert match.saved_search
    match.saved_search.criteria = {"beds_min": 9}
    match.saved_search.save()
    assert "does not fit" in sent(match).reason
    Alert.objects.update(state="planned")
    match.saved_search.delete()
    assert "asks for it no more" in sent(match).reason
    assert not mail.outbox


class Refusing(BaseEmailBackend):
    """A mail server that answers as the address of the reader says."""

    error: Exception

    def send_messages(self, messages: Any) -> int:
        raise self.error


class Away(BaseEmailBackend):
    """A mail server that is not there."""

    def open(self) -> bool:
        raise ConnectionRefusedError

    def send_messages(self, messages: Any) -> int:
        raise AssertionError("Nothing may be claimed, let alone sent.")


def test_a_mail_server_that_refuses_is_tried_again_eight_times(
    alert: Alert, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
    Refusing.error = smtplib.SMTPRecipientsRefused({"bo@example.org": (450, b"later")})
    before = timezone.now()
    assert (sent(alert).state, alert.attempts) == ("planned", 1)
    assert alert.due_at > before + timedelta(seconds=25)
    assert sent(alert).attempts == 1
    assert (sent_when_due(alert).state, alert.attempts) == ("planned", 2)
    for _ in range(6):
        sent_when_due(alert)
    assert (alert.state, alert.reason) == ("failed", "The mail server refused it.")


def test_a_mail_server_that_is_away_is_waited_for_as_long_as_the_mail_is_worth_it(
    alert: Alert, settings: Settings
) -> None:
    there, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, f"{__name__}.Away"
    before = timezone.now()
    assert (sent(alert).state, alert.attempts) == ("planned", 0)
    assert alert.due_at > before + timedelta(seconds=25)
    Alert.objects.update(planned_at=before - timedelta(hours=40))
    for _ in range(9):
        assert sent_when_due(alert).state == "planned"
    assert alert.due_at < timezone.now() + timedelta(minutes=16)

    settings.EMAIL_BACKEND = there
    assert sent_when_due(alert).state == "sent"
    Alert.objects.update(state="planned", planned_at=before - timedelta(hours=49))
    settings.EMAIL_BACKEND = f"{__name__}.Away"
    assert sent_when_due(alert).reason == "No mail server was there."


@pytest.mark.parametrize(
    "error",
    [
        smtplib.SMTPSenderRefused(421, b"4.3.2 Going down", "hello@example.org"),
        smtplib.SMTPRecipientsRefused({"bo@example.org": (421, b"Too many mails")}),
        smtplib.SMTPDataError(452, b"4.3.1 Disk full"),
    ],
)
def test_a_mail_server_that_goes_away_amid_the_mail_is_waited_for_and_refused_nothing(
    alert: Alert, settings: Settings, error: Exception
) -> None:
    there, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, f"{__name__}.Refusing"
    Refusing.error = error
    before = timezone.now()
    for _ in range(9):
        assert (sent_when_due(alert).state, alert.attempts) == ("planned", 0)
    assert alert.due_at > before + timedelta(seconds=25)

    settings.EMAIL_BACKEND = there
    assert (sent_when_due(alert).state, len(mail.outbox)) == ("sent", 1)


def test_a_mail_that_may_have_arrived_is_not_repeated(alert: Alert, settings: Settings) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
    Refusing.error = smtplib.SMTPServerDisconnected("gone")
    assert (sent(alert).state, alert.attempts) == ("failed", 0)
    assert "may have arrived" in alert.reason


def test_a_claim_whose_worker_died_ends_as_unknown(alert: Alert) -> None:
    Alert.objects.update(state="sending", due_at=timezone.now() + timedelta(minutes=1))
    tasks.sweep()
    assert (sent(alert).state, len(mail.outbox)) == ("sending", 0)
    Alert.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    tasks.sweep()
    assert (sent(alert).state, len(mail.outbox)) == ("failed", 0)
    assert "may have arrived" in alert.reason


def test_the_sweep_finds_what_was_never_queued(alert: Alert, favourite: Favourite) -> None:
    services.reprice(favourite.listing_id, 80_000)
    assert (list(waiting.changes()), list(waiting.alerts())) == ([], [])
    earlier = timezone.now() - timedelta(minutes=1)
    Alert.objects.update(due_at=earlier)
    Change.objects.update(happened_at=earlier)
    assert list(waiting.alerts()) == [alert.pk]
    assert list(waiting.changes()) == [Change.objects.get(new_price=80_000).pk]


def test_the_sweep_opens_the_digests_that_are_due_and_tasks_finish_them(db: None) -> None:
    tasks.sweep()
    opened = list(Digest.objects.filter(finished_at=None))
    assert {digest.frequency for digest in opened} == {"daily", "weekly"}
    for digest in opened:
        tasks.digest(digest.pk)
    assert digests.unfinished() == []
