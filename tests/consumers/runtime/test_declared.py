"""What is declared is opened so that a database which vanished is noticed."""

import socket
from collections.abc import Iterator
from contextlib import closing

import pytest
from django.db import connection
from pytest_django import Settings

from consumers.runtime.config import ConsumerConfig
from consumers.runtime.consumer import Consumer
from consumers.runtime.declared import Declared

pytestmark = pytest.mark.django_db

_TOLD = ("connect_timeout", "tcp_user_timeout", "keepalives_idle")


@pytest.fixture
def options(settings: Settings) -> Iterator[dict[str, object]]:
    """Give what the settings say of the connection; it is theirs again afterwards."""
    settings.CONSUMER_READ_MODEL = ""
    options = connection.settings_dict["OPTIONS"]
    before = dict(options)
    yield options
    options.clear()
    options.update(before)


def opened() -> None:
    with Declared(Consumer("tried"), ConsumerConfig("tried", "tried", "")).opened():
        pass


def test_a_server_that_vanished_is_a_broken_connection_within_seconds(
    options: dict[str, object],
) -> None:
    opened()
    with closing(connection.get_new_connection(connection.get_connection_params())) as new:
        line = socket.socket(fileno=socket.dup(new.fileno()))
    with line:
        level = socket.IPPROTO_TCP
        assert line.getsockopt(level, socket.TCP_USER_TIMEOUT) == 10_000
        names = (socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT)
        idle, interval, count = (line.getsockopt(level, name) for name in names)
        assert line.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
    assert idle + interval * count <= 12


def test_what_the_settings_say_of_the_connection_stays(options: dict[str, object]) -> None:
    options |= dict.fromkeys(_TOLD, 77)
    opened()
    assert [options[name] for name in _TOLD] == [77, 77, 77]
