"""Nobody can have mailboxes filled by asking for links, and the limit needs no cache."""

import pytest
from django.core import mail
from django.test import Client, override_settings

from monolith.accounts.models import User
from monolith.api.throttling import Throttle
from tests.monolith.accounts.conftest import Post
from tests.monolith.test_pages import DEAD_REDIS

pytestmark = pytest.mark.django_db
REGISTER, RESET = "/accounts/register/", "/accounts/password-reset/"


@pytest.fixture(autouse=True)
def two_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Throttle, "THROTTLE_RATES", {"account": "2/hour"})


def test_a_stranger_waits_whatever_the_form_and_whoever_the_address_is_known_to(
    post: Post, buyer: User
) -> None:
    assert post(REGISTER, email="nia@example.org").status_code == 302
    assert post(RESET, email=buyer.email).status_code == 302
    for form in (REGISTER, RESET):
        for address in (buyer.email, "nobody@example.org"):
            refused = post(form, email=address)
            assert refused.status_code == 429
            assert 3_500 < int(refused["Retry-After"]) <= 3_600
            assert "Try again in 60 minutes." in refused.content.decode()
            assert f'value="{address}"' in refused.content.decode()
    assert len(mail.outbox) == 2


def test_a_mistyped_address_costs_nothing(post: Post) -> None:
    answers = [post(REGISTER, email=email) for email in ("?", "?", "?", "nia@example.org")]
    assert [answer.status_code for answer in answers] == [400, 400, 400, 302]


def test_a_member_who_asks_for_new_addresses_waits_alone(
    buyer_client: Client, agent_client: Client
) -> None:
    def ask(client: Client, number: int) -> int:
        form = {"email": f"new{number}@example.org", "password": "sesame"}
        return client.post("/account/email/", form).status_code

    assert [ask(buyer_client, number) for number in range(3)] == [302, 302, 429]
    assert ask(agent_client, 4) == 302


def test_without_the_cache_nobody_is_refused(post: Post) -> None:
    with override_settings(CACHES=DEAD_REDIS):
        answers = [post(REGISTER, email="nia@example.org") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [302] * 3
