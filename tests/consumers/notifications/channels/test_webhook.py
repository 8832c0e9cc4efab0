"""Webhooks to servers that mean no good, or nothing at all: each is refused in time."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from pytest_django import Settings

from consumers.notifications.channels.port import ChannelAway, Letter, Refused, TooFast
from consumers.notifications.channels.webhook import WebhookChannel
from tests.consumers.notifications.agency import Agency, agency_on_loopback


@pytest.fixture
def agency(settings: Settings) -> Iterator[Agency]:
    settings.NOTIFICATIONS = replace(
        settings.NOTIFICATIONS, webhooks_on_loopback=True, webhook_patience=timedelta(seconds=0.5)
    )
    with agency_on_loopback() as agency:
        yield agency


def deliver(url: str) -> None:
    letter = Letter(id="1", account_id=7, subject="", text='{"type":"a"}', to=url)
    with WebhookChannel().opened() as hand_over:
        hand_over(letter)


@pytest.mark.parametrize(
    ("status", "is_final"), [(500, False), (503, False), (404, False), (302, False), (410, True)]
)
def test_every_answer_but_yes_is_a_refusal_and_gone_is_final(
    agency: Agency, status: int, is_final: bool
) -> None:
    agency.status = status

    with pytest.raises(Refused) as refused:
        deliver(agency.url)

    assert str(refused.value) == f"The endpoint answered {status}."
    assert refused.value.is_final == is_final


@pytest.mark.parametrize(
    ("status", "asked", "pause"),
    [
        (429, "", None),
        (429, "90", timedelta(seconds=90)),
        (503, "7", timedelta(seconds=7)),
        (429, "soon\u00e9", None),
        (429, "Thu, 01 Jan 1970 00:00:00 GMT", timedelta()),
        (429, "999999999999", timedelta(days=1)),
    ],
)
def test_an_endpoint_that_wants_a_pause_says_how_long(
    agency: Agency, status: int, asked: str, pause: timedelta | None
) -> None:
    agency.status, agency.retry_after = status, asked

    with pytest.raises(TooFast) as wanted:
        deliver(agency.url)

    assert wanted.value.pause == pause


def test_a_redirect_is_not_followed(agency: Agency) -> None:
    agency.status, agency.location = 307, agency.url.replace("/hook", "/elsewhere")

    with pytest.raises(Refused):
        deliver(agency.url)

    assert len(agency.posts) == 1


def test_an_answer_without_end_is_left_after_its_first_line(agency: Agency) -> None:
    agency.status, agency.is_endless = 200, True

    deliver(agency.url)

    assert agency.types() == ["a"]


def test_who_drips_an_answer_is_hung_up_on(agency: Agency) -> None:
    agency.drips = True

    with pytest.raises(Refused) as refused:
        deliver(agency.url)

    assert not refused.value.is_final


def test_who_is_not_there_is_away(agency: Agency) -> None:
    with pytest.raises(ChannelAway):
        deliver("http://127.0.0.1:1/hook")


def test_a_proxy_of_the_environment_is_not_asked(
    agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")

    deliver(agency.url)

    assert agency.types() == ["a"]


def test_a_private_network_is_refused_for_good(settings: Settings) -> None:
    for url in ("https://127.0.0.1/", "https://10.0.0.1/", "http://agency.example/"):
        with pytest.raises(Refused) as refused:
            deliver(url)

        assert refused.value.is_final
