"""What a mails' provider's answers mean, by django-anymail's own backend and a local server."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from consumers.notifications.channels.email import EmailChannel
from consumers.notifications.channels.port import ChannelAway, ChannelError, Letter, Refused
from tests.consumers.notifications.agency import Agency, agency_on_loopback

LETTER = Letter(id="1", account_id=7, subject="Now $1", text="Less.", to="ann@example.org")


@pytest.fixture
def provider(settings: Settings) -> Iterator[Agency]:
    with agency_on_loopback() as provider:
        settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
        settings.ANYMAIL = {
            "POSTMARK_SERVER_TOKEN": "token",
            "POSTMARK_API_URL": provider.url,
            "REQUESTS_TIMEOUT": 5,
        }
        yield provider


def failure() -> ChannelError:
    with EmailChannel().opened() as deliver, pytest.raises(ChannelError) as failed:
        deliver(LETTER)
    return failed.value


@pytest.mark.parametrize(("status", "is_final"), [(422, True), (413, True), (500, False)])
def test_an_answer_that_blames_the_mail_is_final(
    provider: Agency, status: int, is_final: bool
) -> None:
    provider.status = status

    failed = failure()

    assert isinstance(failed, Refused)
    assert failed.is_final == is_final
    assert "ann@example.org" not in str(failed)


@pytest.mark.parametrize("status", [401, 429, 503])
def test_a_provider_that_takes_nothing_is_waited_for(provider: Agency, status: int) -> None:
    provider.status = status

    assert isinstance(failure(), ChannelAway)


def test_a_provider_that_is_not_there_is_waited_for(provider: Agency, settings: Settings) -> None:
    settings.ANYMAIL = settings.ANYMAIL | {"POSTMARK_API_URL": "http://127.0.0.1:1/"}

    assert isinstance(failure(), ChannelAway)
