"""What mails' providers answer, by django-anymail's own backends and a local server.

The answers are as the providers' documents show them.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from pytest_django import Settings

from consumers.notifications.channels.email import EmailChannel
from consumers.notifications.channels.port import (
    ChannelAway,
    ChannelError,
    Letter,
    Refused,
    TooFast,
    Unclear,
)
from tests.consumers.notifications.agency import Agency, agency_on_loopback

LETTER = Letter(
    id="0e5b3c8e-0000-5000-8000-000000000001",
    account_id=7,
    subject="Now $1",
    text="Less.",
    html="<p>Less.",
    to="ann@example.org",
    headers={
        "Message-ID": "<0e5b@maumeehomes.example>",
        "List-Unsubscribe": "<https://maumeehomes.example/unsubscribe/n/token>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    },
)


@dataclass(frozen=True, slots=True)
class Answers:
    """How a provider says yes, and that it will not have the one recipient."""

    yes: Any
    no: tuple[int, Any]
    # Beside its address.
    secrets: dict[str, str] = field(default_factory=dict)


INVALID: dict[str, Any] = {"code": "invalid_parameter", "message": "email is not valid in to"}
PROVIDERS = {
    "brevo": Answers({"messageId": "<1@relay>"}, (400, INVALID), {"BREVO_API_KEY": "key"}),
    "mailersend": Answers(
        {},
        (
            202,
            {
                "warnings": [
                    {
                        "type": "ALL_SUPPRESSED",
                        "recipients": [{"email": LETTER.to, "reason": ["hard_bounced"]}],
                    }
                ]
            },
        ),
        {"MAILERSEND_API_TOKEN": "key"},
    ),
    "mailgun": Answers(
        {"id": "<1@mailgun>", "message": "Queued. Thank you."},
        (400, {"message": "'to' parameter is not a valid address."}),
        {"MAILGUN_API_KEY": "key"},
    ),
    "mailjet": Answers(
        {"Messages": [{"Status": "success", "To": [{"Email": LETTER.to, "MessageID": 1}]}]},
        (400, {"Messages": [{"Status": "error", "Errors": [{"ErrorCode": "mj-0013"}]}]}),
        {"MAILJET_API_KEY": "key", "MAILJET_SECRET_KEY": "key"},
    ),
    "mandrill": Answers(
        [{"email": LETTER.to, "status": "sent", "_id": "1"}],
        (
            200,
            [
                {
                    "email": LETTER.to,
                    "status": "rejected",
                    "reject_reason": "hard-bounce",
                    "_id": "1",
                }
            ],
        ),
        {"MANDRILL_API_KEY": "key"},
    ),
    "postal": Answers(
        {"status": "success", "data": {"message_id": "1", "messages": {LETTER.to: {"id": 1}}}},
        (400, {"status": "error", "data": {"code": "NoRecipients"}}),
        {"POSTAL_API_KEY": "key"},
    ),
    "postmark": Answers(
        {"To": LETTER.to, "MessageID": "1", "ErrorCode": 0, "Message": "OK"},
        (
            422,
            {
                "ErrorCode": 406,
                "Message": "You tried to send to recipients that have all been marked as inactive."
                f" Found inactive addresses: {LETTER.to}. Inactive recipients are ones that have"
                " generated a hard bounce, a spam complaint, or a manual suppression.",
            },
        ),
        {"POSTMARK_SERVER_TOKEN": "key"},
    ),
    "resend": Answers({"id": "1"}, (422, {"name": "validation_error"}), {"RESEND_API_KEY": "key"}),
    "sparkpost": Answers(
        {"results": {"total_rejected_recipients": 0, "total_accepted_recipients": 1, "id": "1"}},
        (
            200,
            {
                "results": {
                    "total_rejected_recipients": 1,
                    "total_accepted_recipients": 0,
                    "id": "1",
                }
            },
        ),
        {"SPARKPOST_API_KEY": "key"},
    ),
}


@pytest.fixture(params=PROVIDERS)
def name(request: pytest.FixtureRequest) -> str:
    """Be one provider after the other."""
    return str(request.param)


@pytest.fixture
def provider(name: str, settings: Settings) -> Iterator[Agency]:
    with agency_on_loopback() as provider:
        settings.EMAIL_BACKEND = f"anymail.backends.{name}.EmailBackend"
        settings.ANYMAIL = {
            f"{name.upper()}_API_URL": provider.url,
            "REQUESTS_TIMEOUT": 5,
            **PROVIDERS[name].secrets,
        }
        provider.status = 200
        # Where one of them has its name of the mail.
        provider.headers["X-Message-Id"] = "1"
        yield provider


def deliver() -> None:
    with EmailChannel().opened() as hand_over:
        hand_over(LETTER)


def failure() -> ChannelError:
    with pytest.raises(ChannelError) as failed:
        deliver()
    assert LETTER.to not in str(failed.value)
    return failed.value


def test_a_mail_is_taken_with_its_name_and_the_links_that_end_it(
    provider: Agency, name: str
) -> None:
    provider.body = json.dumps(PROVIDERS[name].yes).encode()

    deliver()

    ((_, posted),) = provider.posts
    for told in (LETTER.id, "One-Click", "unsubscribe"):
        assert told in posted.decode()


def test_a_recipient_who_is_refused_is_refused_for_good(provider: Agency, name: str) -> None:
    provider.status, told = PROVIDERS[name].no
    provider.body = json.dumps(told).encode()

    failed = failure()

    assert isinstance(failed, Refused)
    assert failed.is_final


@pytest.mark.parametrize("name", ["postmark"], indirect=True)
def test_a_no_in_new_words_is_no_yes(provider: Agency) -> None:
    provider.status = 422
    provider.body = json.dumps({"ErrorCode": 406, "Message": "Nobody there."}).encode()

    assert isinstance(failure(), Refused)


@pytest.mark.parametrize("status", [401, 404, 500, 502, 503])
def test_a_provider_that_is_down_or_does_not_know_us_is_waited_for(
    provider: Agency, status: int
) -> None:
    provider.status = status

    assert type(failure()) is ChannelAway


def test_a_provider_that_wants_a_pause_gets_it(provider: Agency) -> None:
    provider.status, provider.retry_after = 429, "30"

    failed = failure()

    assert isinstance(failed, TooFast)
    assert failed.pause is not None
    assert failed.pause.total_seconds() == 30


@pytest.mark.parametrize("body", [b"", b"<html>", b"{"])
def test_a_yes_that_nobody_understands_may_be_one(provider: Agency, name: str, body: bytes) -> None:
    if name == "brevo" and not body:
        return  # Of this one it is clear.
    provider.body = body

    assert isinstance(failure(), Unclear)


def test_who_hangs_up_or_waits_in_vain_may_have_taken_it(provider: Agency) -> None:
    provider.status = 504
    assert isinstance(failure(), Unclear)

    provider.hangs_up = True
    assert isinstance(failure(), Unclear)


def test_a_provider_that_is_not_there_is_waited_for(
    provider: Agency, name: str, settings: Settings
) -> None:
    address = {f"{name.upper()}_API_URL": "http://127.0.0.1:1/"}
    settings.ANYMAIL = settings.ANYMAIL | address

    assert isinstance(failure(), ChannelAway)


def test_a_provider_whose_key_is_missing_is_waited_for_and_what_is_missing_told(
    provider: Agency, name: str, settings: Settings
) -> None:
    settings.ANYMAIL = {}

    failed = failure()

    assert isinstance(failed, ChannelAway)
    assert name.upper() in str(failed)
