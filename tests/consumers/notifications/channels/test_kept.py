"""A connection between letters: used again, given up when it is dead, and never a parent's."""

import os
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from pytest_django import Settings

from consumers.notifications.channels import kept
from consumers.notifications.channels.email import EmailChannel
from consumers.notifications.channels.kept import Kept
from consumers.notifications.channels.port import ChannelAway, Refused
from tests.consumers.notifications.channels.test_behaviour import LETTER, Sink, free_port


class Server(Sink):
    """A mail server that counts who greets it, and can hang up on them."""

    def __init__(self) -> None:
        super().__init__()
        self.came: list[Any] = []
        self.is_gone = False
        self.controller = Controller(self, hostname="127.0.0.1", port=free_port())

    async def handle_EHLO(
        self, server: Any, session: Any, _: Any, host: str, responses: list[str]
    ) -> list[str]:
        session.host_name = host
        self.came.append(server.transport)
        return responses

    def hang_up(self) -> None:
        """Return when every connection is closed."""
        done = threading.Event()

        def close() -> None:
            for each in self.came:
                each.abort()
            done.set()

        self.controller.loop.call_soon_threadsafe(close)
        assert done.wait(5)

    def go(self) -> None:
        """Hang up and answer nobody any more."""
        if not self.is_gone:
            self.hang_up()
            self.controller.stop()
        self.is_gone = True


@pytest.fixture
def server(settings: Settings) -> Iterator[Server]:
    server = Server()
    server.controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.controller.port
    settings.EMAIL_TIMEOUT = 5
    yield server
    server.go()


@pytest.fixture
def channel(server: Server) -> Iterator[EmailChannel]:
    channel = EmailChannel()
    yield channel
    channel.kept.close()


def send(channel: EmailChannel) -> None:
    with channel.opened() as deliver:
        deliver(LETTER)


def test_letters_that_follow_each_other_go_by_one_connection(
    server: Server, channel: EmailChannel
) -> None:
    for _ in range(3):
        send(channel)

    assert (len(server.mails), len(server.came)) == (3, 1)


def test_a_connection_that_died_between_letters_is_opened_anew_and_both_arrive(
    server: Server, channel: EmailChannel
) -> None:
    send(channel)
    server.hang_up()
    send(channel)

    assert (len(server.mails), len(server.came)) == (2, 2)


def test_a_server_that_went_between_letters_is_away_before_anything_is_handed_over(
    server: Server, channel: EmailChannel
) -> None:
    send(channel)
    server.go()

    with pytest.raises(ChannelAway), channel.opened():
        raise AssertionError


def test_a_connection_on_which_a_letter_ended_badly_is_not_used_again(
    server: Server, channel: EmailChannel
) -> None:
    server.answer = "450 try later"
    with pytest.raises(Refused):
        send(channel)
    server.answer = "250 kept"
    send(channel)

    assert (len(server.mails), len(server.came)) == (1, 2)


def test_two_letters_at_once_never_share_a_connection(
    server: Server, channel: EmailChannel
) -> None:
    send(channel)
    with channel.opened() as deliver:
        send(channel)
        deliver(LETTER)

    assert (len(server.mails), len(server.came)) == (3, 2)


def test_a_forked_process_opens_its_own_and_leaves_the_parents_alone(
    server: Server, channel: EmailChannel
) -> None:
    send(channel)
    child = os.fork()
    if not child:
        try:
            send(channel)
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    send(channel)

    assert (len(server.mails), len(server.came)) == (3, 2)


def test_an_idle_connection_and_one_of_many_letters_are_not_used_again(server: Server) -> None:
    now = 0.0
    one = Kept(clock=lambda: now)
    first = one.take()
    one.give(first)
    now += kept.IDLE_S
    second = one.take()
    for _ in range(kept.MOST_LETTERS):
        one.give(second)
        last, second = second, one.take()

    assert last is not first
    assert second is not last
    kept.drop(second)
