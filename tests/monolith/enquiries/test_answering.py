"""The answer to a visitor goes once, whatever happens to the mail server and the process."""

from contextlib import nullcontext
from datetime import timedelta
from smtplib import SMTPServerDisconnected
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.test import override_settings
from django.utils import timezone

from consumers.runtime.faults import Crash
from monolith.accounts.models import User
from monolith.alerts import tasks
from monolith.enquiries import answering, services
from monolith.enquiries.models import Doubt, Enquiry, Reply
from tests.monolith.conftest import Commit

pytestmark = pytest.mark.django_db

AWAY = {
    "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    "EMAIL_HOST": "127.0.0.1",
    "EMAIL_PORT": 9,
}


class BreaksOff(EmailBackend):
    """Takes a mail, and is gone before it says so."""

    def send_messages(self, messages: Any) -> int:
        super().send_messages(messages)
        raise SMTPServerDisconnected("gone")


class Dies(EmailBackend):
    """Takes a mail, and with it goes the process."""

    def send_messages(self, messages: Any) -> int:
        super().send_messages(messages)
        raise Crash("delivered")


def mailed() -> list[list[str]]:
    return [sent.to for sent in mail.outbox]


def look_again(at: timedelta = timedelta()) -> None:
    """Let the sweep find what is due at a moment."""
    Reply.objects.exclude(due_at=None).update(due_at=timezone.now() + at)
    for reply in answering.due():
        tasks.answer(reply.pk)


def test_it_goes_as_soon_as_it_commits_and_never_again(
    agent: User, visitors: Enquiry, commit: Commit
) -> None:
    with commit():
        reply = services.reply(visitors.pk, agent.pk, "It is.")
        assert mailed() == []

    tasks.answer(reply.pk)
    assert mailed() == [["vera@example.org"]]
    assert not answering.due().exists()
    assert Reply.objects.get().doubt == ""


def test_a_process_that_dies_before_it_mails_leaves_it_to_the_worker(
    agent: User, visitors: Enquiry
) -> None:
    services.reply(visitors.pk, agent.pk, "It is.")
    assert mailed() == []

    look_again()
    look_again()

    assert mailed() == [["vera@example.org"]]


def test_a_mail_server_that_is_away_loses_none(
    agent: User, visitors: Enquiry, commit: Commit
) -> None:
    with override_settings(**AWAY), commit():
        services.reply(visitors.pk, agent.pk, "It is.")
    assert not answering.due().exists()
    assert Reply.objects.get().doubt == Doubt.LATE

    look_again()

    assert mailed() == [["vera@example.org"]]
    assert Reply.objects.get().doubt == ""


@pytest.mark.parametrize(("backend", "error"), [("BreaksOff", None), ("Dies", Crash)])
def test_one_that_may_have_arrived_is_not_repeated_and_in_doubt(
    agent: User, visitors: Enquiry, backend: str, error: type[Crash] | None
) -> None:
    reply = services.reply(visitors.pk, agent.pk, "It is.")
    how = pytest.raises(error) if error else nullcontext()
    with override_settings(EMAIL_BACKEND=f"{__name__}.{backend}"), how:
        answering.send(reply.pk)

    look_again()

    assert mailed() == [["vera@example.org"]]
    assert Reply.objects.get().doubt == Doubt.UNCLEAR


def test_one_of_which_nobody_knows_goes_again_when_it_is_asked_for(
    agent: User, visitors: Enquiry, commit: Commit
) -> None:
    with override_settings(EMAIL_BACKEND=f"{__name__}.BreaksOff"), commit():
        reply = services.reply(visitors.pk, agent.pk, "It is.")

    for _ in range(2):
        with commit():
            answering.send_again(reply.pk)

    assert len(mailed()) == 2
    assert Reply.objects.get().doubt == ""


def test_what_a_clock_that_was_days_ahead_has_put_off_goes(agent: User, visitors: Enquiry) -> None:
    services.reply(visitors.pk, agent.pk, "It is.")

    look_again(timedelta(days=3))

    assert mailed() == [["vera@example.org"]]


def test_it_is_given_up_when_nobody_waits_for_it_any_more(agent: User, visitors: Enquiry) -> None:
    services.reply(visitors.pk, agent.pk, "It is.")
    Reply.objects.update(sent_at=timezone.now() - timedelta(days=3))
    with override_settings(**AWAY):
        look_again()

    given_up = Reply.objects.get()
    assert (given_up.due_at, given_up.doubt) == (None, Doubt.GIVEN_UP)
    assert answering.send_again(given_up.pk)


def test_the_sweep_reads_no_answer_that_is_not_due() -> None:
    with connection.cursor() as cursor:
        # Of a table that is as good as empty PostgreSQL would rather read all.
        cursor.execute("set local enable_seqscan = off")
        assert "reply_due" in answering.due().explain()


def test_who_has_an_account_hears_by_their_own_row(agent: User, enquiry: Enquiry) -> None:
    services.reply(enquiry.pk, agent.pk, "It is.")

    assert Reply.objects.get().due_at is None
