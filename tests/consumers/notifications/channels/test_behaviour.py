"""What every channel promises, held by each: memory, mail by SMTP, the feed, and webhooks."""

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from pytest_django import Settings

from consumers.notifications.channels.email import EmailChannel
from consumers.notifications.channels.feed import FeedChannel
from consumers.notifications.channels.memory import MemoryChannel
from consumers.notifications.channels.port import (
    Channel,
    ChannelAway,
    Deliver,
    Letter,
    Refused,
    Unclear,
)
from consumers.notifications.channels.webhook import WebhookChannel
from consumers.notifications.ledger.models import FeedItem
from tests.consumers.notifications.agency import Agency, agency_on_loopback

pytestmark = pytest.mark.django_db

LETTER = Letter(
    id="0e5b3c8e-0000-5000-8000-000000000001",
    account_id=7,
    subject="Brick ranch: now $1",
    text="It costs less – really.",
    html="<p>It costs less – <b>really</b>.</p>",
    to="ann@example.org",
    headers={"Message-ID": "<0e5b@example.org>"},
)


@dataclass
class Case:
    """A channel, and what has arrived by it, as subjects."""

    channel: Channel
    arrived: Callable[[], list[str]]


class Sink:
    """A mail server that answers as it is told to."""

    def __init__(self) -> None:
        # With none it hangs up.
        self.answer = "250 kept"
        self.mails: list[Any] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if not self.answer:
            server.transport.close()
        if self.answer.startswith("250"):
            self.mails.append(envelope)
        return self.answer

    def subjects(self) -> list[str]:
        found = (each.content.decode().split("Subject: ")[1] for each in self.mails)
        return [text.partition("\r\n")[0] for text in found]


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port: int = held.getsockname()[1]
        return port


@pytest.fixture
def sink(settings: Settings) -> Iterator[Sink]:
    sink = Sink()
    server = Controller(sink, hostname="127.0.0.1", port=free_port())
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.EMAIL_TIMEOUT = 5
    yield sink
    server.stop()


@pytest.fixture
def webhook(settings: Settings) -> Iterator[Case]:
    settings.NOTIFICATIONS = replace(settings.NOTIFICATIONS, webhooks_on_loopback=True)
    with agency_on_loopback() as agency:
        channel = _Posting(agency.url)
        # An id that came before says that it is the same message.
        yield Case(channel, lambda: list(dict(_posted(agency)).values()))


class _Posting(WebhookChannel):
    """Posts any letter as a message, to one address."""

    def __init__(self, url: str) -> None:
        self._url = url

    @contextmanager
    def opened(self) -> Iterator[Deliver]:
        with super().opened() as deliver:
            yield lambda letter: deliver(
                replace(
                    letter,
                    to=self._url,
                    text=json.dumps({"type": letter.subject}),
                    headers={"webhook-id": letter.id},
                )
            )


def _posted(agency: Agency) -> list[tuple[str, str]]:
    heads = [headers["webhook-id"] for headers, _ in agency.posts]
    return list(zip(heads, agency.types(), strict=True))


@pytest.fixture
def mails(sink: Sink) -> Iterator[EmailChannel]:
    """The channel to the sink, which keeps its connection no longer than the test."""
    mails = EmailChannel()
    yield mails
    mails.kept.close()


@pytest.fixture(params=["memory", "email", "feed", "webhook"])
def case(request: pytest.FixtureRequest) -> Case:
    if request.param == "memory":
        memory = MemoryChannel()
        return Case(memory, lambda: [letter.subject for letter in memory.letters])
    if request.param == "feed":
        items = FeedItem.objects.filter(account_id=7)
        return Case(FeedChannel(), lambda: list(items.values_list("subject", flat=True)))
    if request.param == "webhook":
        return request.getfixturevalue("webhook")  # type: ignore[no-any-return]
    sink: Sink = request.getfixturevalue("sink")
    return Case(request.getfixturevalue("mails"), sink.subjects)


def test_a_letter_that_was_delivered_has_arrived(case: Case) -> None:
    with case.channel.opened() as deliver:
        deliver(LETTER)
        deliver(replace(LETTER, id=LETTER.id.replace("1", "2"), subject="Another"))

    assert case.arrived() == ["Brick ranch: now $1", "Another"]


def test_opening_delivers_nothing(case: Case) -> None:
    with case.channel.opened():
        pass

    assert case.arrived() == []


def test_a_channel_that_says_so_takes_a_letter_twice_and_has_it_once(case: Case) -> None:
    if not case.channel.is_repeatable:
        return
    for _ in range(2):
        with case.channel.opened() as deliver:
            deliver(LETTER)

    assert len(case.arrived()) == 1


@pytest.mark.parametrize(
    ("answer", "is_final"),
    [("450 try later", False), ("452 4.2.2 full", False), ("554 never", True), ("550 no", True)],
)
def test_a_mail_server_that_refuses_says_whether_for_good(
    sink: Sink, mails: EmailChannel, answer: str, is_final: bool
) -> None:
    sink.answer = answer

    with mails.opened() as deliver, pytest.raises(Refused) as refused:
        deliver(LETTER)

    assert refused.value.is_final == is_final


def test_a_mail_server_that_is_not_there_is_away_before_anything_is_handed_over(
    settings: Settings,
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()

    with pytest.raises(ChannelAway), EmailChannel().opened():
        raise AssertionError


@pytest.mark.parametrize("answer", ["421 going away", "452 4.3.1 Disk full", "451 4.3.0 Ill"])
def test_a_mail_server_with_troubles_of_its_own_is_waited_for(
    sink: Sink, mails: EmailChannel, answer: str
) -> None:
    sink.answer = answer

    with mails.opened() as deliver, pytest.raises(ChannelAway):
        deliver(LETTER)


def test_a_mail_server_that_hangs_up_amid_the_letter_leaves_it_unclear(
    sink: Sink, mails: EmailChannel
) -> None:
    sink.answer = ""

    with mails.opened() as deliver, pytest.raises(Unclear):
        deliver(LETTER)
