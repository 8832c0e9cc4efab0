"""A mail server that knows no such mailbox is asked once; other refusals suppress nobody."""

from collections.abc import Iterator
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.utils import timezone
from pytest_django import Settings

from consumers.notifications.bounces.models import Suppression, Why
from consumers.notifications.channels import CHANNELS
from consumers.notifications.channels.email import EmailChannel
from consumers.notifications.ledger.models import Notification, State
from consumers.notifications.models import Person
from consumers.notifications.sending import delivery
from tests.consumers.notifications.channels.test_behaviour import Sink, free_port
from tests.consumers.notifications.conftest import World, outcome
from tests.consumers.notifications.keys import sealed_email

pytestmark = pytest.mark.django_db

_GONE = "person1@example.org"


class Server(Sink):
    """Answers for one recipient, at its name, what it is told to."""

    to_name = "250 ok"

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if address == _GONE and not self.to_name.startswith("250"):
            return self.to_name
        envelope.rcpt_tos.append(address)
        return "250 ok"


@pytest.fixture
def server(settings: Settings) -> Iterator[Server]:
    server = Server()
    controller = Controller(server, hostname="127.0.0.1", port=free_port())
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    settings.EMAIL_TIMEOUT = 5
    real = CHANNELS["email"]
    CHANNELS["email"] = channel = EmailChannel()
    yield server
    CHANNELS["email"] = real
    channel.kept.close()
    controller.stop()


def look_again(row: Notification) -> tuple[str, str]:
    """Let the same be planned once more, and say what became of it."""
    Notification.objects.filter(pk=row.pk).update(state=State.PLANNED, due_at=timezone.now())
    delivery.look(row.pk)
    return outcome(row)


def test_nobody_is_written_to_where_there_is_no_mailbox_until_the_address_is_another(
    world: World, server: Server
) -> None:
    gone, there = world.keeper(1), world.keeper(2)
    server.to_name = f"550 5.1.1 <{_GONE}> No such person"
    for row in (gone, there):
        delivery.look(row.pk)

    state, reason = outcome(gone)
    assert state == State.FAILED
    assert _GONE not in reason
    assert outcome(there) == (State.SENT, "")
    assert [row.account_id for row in Suppression.objects.all()] == [1]

    server.to_name = "250 ok"
    assert look_again(gone) == (State.DROPPED, Why.BOUNCED.label)

    Person.objects.filter(pk=1).update(email=sealed_email(1, "moved@example.org"))
    assert look_again(gone)[0] == State.SENT
    assert [mail.rcpt_tos for mail in server.mails] == [
        ["person2@example.org"],
        ["moved@example.org"],
    ]


@pytest.mark.parametrize(
    "said",
    [
        "550 relay not permitted",
        "550 5.7.1 Your address is on a list",
        "553 5.1.8 No such sender",
        "552 5.2.2 Mailbox full",
        "450 4.1.1 Not known yet",
    ],
)
def test_a_refusal_of_the_sender_or_for_now_suppresses_nobody(
    world: World, server: Server, said: str
) -> None:
    server.to_name = said

    delivery.look(world.keeper(1).pk)

    assert not Suppression.objects.exists()


@pytest.mark.parametrize(("said", "count"), [("550 5.1.1 Nobody", 1), ("554 5.6.0 Spam", 0)])
def test_a_server_that_says_so_only_after_the_letter_is_understood_too(
    world: World, server: Server, said: str, count: int
) -> None:
    server.answer = said

    delivery.look(world.keeper(1).pk)

    assert Suppression.objects.count() == count
