"""Mails about enquiries and viewings have rows as alerts do: each goes once, and none gets lost."""

from typing import Any

import pytest
from django.core import mail
from django.test import override_settings
from django.utils import timezone

from cdc.contracts.notification_ids import id_of
from cdc.outbox.models import OutboxEvent
from monolith.accounts.models import User
from monolith.alerts import sending
from monolith.alerts.models import Alert
from monolith.enquiries import services as enquiries
from monolith.listings.models import Listing
from monolith.viewings import services as viewings
from monolith.viewings.hours import offered
from tests.monolith.alerts.conftest import Work

pytestmark = pytest.mark.django_db

AWAY = {
    "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    "EMAIL_HOST": "127.0.0.1",
    "EMAIL_PORT": 9,
}


def ask(listing: Listing, buyer: User) -> None:
    enquiries.send(listing.pk, message="Is it new?", account_id=buyer.pk)


def test_each_side_has_a_row_with_the_event_and_is_mailed_as_soon_as_it_commits(
    agent: User, buyer: User, listing: Listing, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        ask(listing, buyer)
        assert {row.state for row in Alert.objects.all()} == {"planned"}

    event_id = OutboxEvent.objects.get().pk
    rows = Alert.objects.order_by("id")
    assert [row.notification_id for row in rows] == [
        id_of(event_id, person.pk, "enquiry") for person in (agent, buyer)
    ]
    assert {row.state for row in rows} == {"sent"}
    assert [each.to for each in mail.outbox] == [[agent.email], [buyer.email]]
    assert [each.extra_headers["Message-ID"] for each in mail.outbox] == [
        row.message_id for row in rows
    ]


def test_a_mail_server_that_is_away_loses_none(
    agent: User,
    buyer: User,
    listing: Listing,
    work: Work,
    django_capture_on_commit_callbacks: Any,
) -> None:
    with override_settings(**AWAY), django_capture_on_commit_callbacks(execute=True):
        ask(listing, buyer)
    assert {(row.state, row.attempts) for row in Alert.objects.all()} == {("planned", 0)}

    Alert.objects.update(due_at=timezone.now())
    work()
    work()

    assert [each.to for each in mail.outbox] == [[agent.email], [buyer.email]]


def test_a_process_that_dies_before_it_mails_leaves_them_to_the_worker(
    buyer: User, listing: Listing, work: Work, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=False):
        ask(listing, buyer)
    assert mail.outbox == []

    work()

    assert len(mail.outbox) == 2


def test_an_agent_who_asks_about_their_own_home_is_told_once(
    agent: User, listing: Listing, work: Work
) -> None:
    ask(listing, agent)

    work()

    assert [each.to for each in mail.outbox] == [[agent.email]]


def test_an_agent_who_books_their_own_home_is_told_once(
    agent: User, listing: Listing, work: Work
) -> None:
    viewings.book(listing.pk, agent.pk, next(iter(offered(timezone.now()))))

    work()

    assert [each.to for each in mail.outbox] == [[agent.email]]


def test_of_a_viewing_that_was_changed_once_more_the_last_word_is_mailed(
    buyer: User, listing: Listing, work: Work
) -> None:
    viewing = viewings.book(listing.pk, buyer.pk, next(iter(offered(timezone.now()))))
    viewings.confirm(viewing.pk)

    work()

    assert {each.subject[:17] for each in mail.outbox} == {"Viewing confirmed"}
    dropped = Alert.objects.filter(state="dropped")
    assert {row.reason for row in dropped} == {"Nothing of it was left to tell."}


def test_who_has_no_account_any_more_is_not_mailed(buyer: User, listing: Listing) -> None:
    ask(listing, buyer)
    User.objects.filter(pk=buyer.pk).update(is_active=False)

    row = Alert.objects.get(account=buyer)
    sending.send(row.pk)

    row.refresh_from_db()
    assert (row.state, mail.outbox) == ("dropped", [])
