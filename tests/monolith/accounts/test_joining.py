"""From an address to an account, and to another password: by mail, and telling nobody else."""

from urllib.parse import urlencode

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from cdc.contracts.codec import decode
from cdc.contracts.events import AccountConfirmed, AccountRegistered
from cdc.contracts.personal import reveal
from cdc.outbox.models import OutboxEvent
from cdc.personal import keyring
from monolith.accounts import links, services
from monolith.accounts.models import User
from monolith.errors import LinkNotValid
from tests.monolith.accounts.conftest import Post
from tests.monolith.accounts.mailbox import link_in_last_mail

pytestmark = pytest.mark.django_db

CHOSEN = {
    "display_name": "Nia New",
    "new_password1": "quite-a-long-secret",
    "new_password2": "quite-a-long-secret",
}


def test_an_address_becomes_an_account(client: Client, post: Post) -> None:
    assert post("/accounts/register/", email="Nia@Example.org").status_code == 302
    link = link_in_last_mail()
    assert "nia@example.org" in client.get(link).content.decode()
    assert post(link, **CHOSEN)["Location"] == "/account/"
    page = client.get("/account/").content.decode()
    assert "Welcome. Your account is ready." in page
    assert "Nia New" in page
    client.post("/accounts/logout/")
    answer = post("/accounts/login/", username="NIA@example.org", password=CHOSEN["new_password1"])
    assert answer.status_code == 302


def test_the_log_in_hands_on_where_somebody_wants_to_go(client: Client) -> None:
    page = client.get("/accounts/login/", {"next": "/search?q=a b"}).content.decode()
    assert "/accounts/register/?next=%2Fsearch%3Fq%3Da%20b" in page


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("/homes/1/?a=b", "/homes/1/?a=b"),
        ("home", "home"),
        ("https://else.example/", "/account/"),
        ("//else.example/", "/account/"),
        ("", "/account/"),
    ],
)
def test_who_joins_on_the_way_is_brought_back_within_the_site(
    post: Post, asked: str, given: str
) -> None:
    post(f"/accounts/register/?{urlencode({'next': asked})}", email="nia@example.org")
    assert post(link_in_last_mail(), **CHOSEN)["Location"] == given


def test_the_events_name_the_number_and_seal_what_is_personal(post: Post) -> None:
    post("/accounts/register/", email="nia@example.org")
    post(link_in_last_mail(), **CHOSEN)
    user = User.objects.get(email="nia@example.org")
    rows = OutboxEvent.objects.filter(aggregate_type="account").order_by("aggregate_version")
    registered, confirmed = (decode(row.event_type, bytes(row.payload)) for row in rows)
    assert registered == AccountRegistered(user.pk)
    assert isinstance(confirmed, AccountConfirmed)
    assert reveal(confirmed, "email", keyring) == "nia@example.org"
    assert reveal(confirmed, "name", keyring) == CHOSEN["display_name"]
    assert {row.topic for row in rows} == {"account.events"}
    assert not any(b"nia" in bytes(row.payload).lower() for row in rows)


def test_a_known_address_gets_the_same_answer_and_another_mail(post: Post, buyer: User) -> None:
    known = post("/accounts/register/", email="BO@example.org")
    assert "/confirm/" not in str(mail.outbox[-1].body)
    assert mail.outbox[-1].to == ["bo@example.org"]
    unknown = post("/accounts/register/", email="nia@example.org")
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert User.objects.count() == 2


def test_asking_again_sends_another_link_and_opens_no_second_account(post: Post) -> None:
    post("/accounts/register/", email="nia@example.org")
    post("/accounts/register/", email="nia@example.org")
    assert len(mail.outbox) == 2
    assert User.objects.count() == OutboxEvent.objects.count() == 1


def test_an_account_cannot_be_used_before_it_is_confirmed(post: Post) -> None:
    post("/accounts/register/", email="nia@example.org")
    assert post("/accounts/password-reset/", email="nia@example.org").status_code == 302
    assert len(mail.outbox) == 1


def test_a_link_works_once(post: Post) -> None:
    post("/accounts/register/", email="nia@example.org")
    link = link_in_last_mail()
    post(link, **CHOSEN)
    again = post(link, **{**CHOSEN, "display_name": "Mallory"})
    assert again.status_code == 400
    assert "not valid" in again.content.decode()
    assert User.objects.get(email="nia@example.org").display_name == "Nia New"


def test_a_link_ends(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    post("/accounts/register/", email="nia@example.org")
    link = link_in_last_mail()
    later = timezone.now().timestamp() + links.LIFETIME.total_seconds() + 1
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    assert post(link, **CHOSEN).status_code == 400


@pytest.mark.parametrize("token", ["nonsense", links.sign(links.CHANGE_EMAIL, account=1)])
def test_a_forged_link_is_refused(client: Client, token: str) -> None:
    assert client.get(f"/accounts/confirm/{token}/").status_code == 400


def test_a_blocked_account_is_not_opened_by_an_old_link(post: Post, buyer: User) -> None:
    User.objects.filter(pk=buyer.pk).update(is_active=False)
    with pytest.raises(LinkNotValid):
        services.awaiting(links.sign(links.CONFIRM, account=buyer.pk, email=buyer.email))


@pytest.mark.parametrize("email", ["", "nobody", "nul\x00@example.org", f"{'x' * 250}@example.org"])
def test_a_bad_address_is_explained(post: Post, email: str) -> None:
    answer = post("/accounts/register/", email=email)
    assert answer.status_code == 400
    assert "errorlist" in answer.content.decode()
    assert not mail.outbox


def test_a_weak_password_is_explained_and_the_account_waits(post: Post) -> None:
    post("/accounts/register/", email="nia@example.org")
    link = link_in_last_mail()
    answer = post(link, **{**CHOSEN, "new_password1": "12345", "new_password2": "12345"})
    assert answer.status_code == 400
    assert "too short" in answer.content.decode()
    assert not User.objects.get(email="nia@example.org").is_active


def test_another_password_is_chosen_by_mail(client: Client, post: Post, buyer: User) -> None:
    unknown = post("/accounts/password-reset/", email="nobody@example.org")
    assert not mail.outbox
    known = post("/accounts/password-reset/", email="bo@example.org")
    assert known["Location"] == unknown["Location"]
    form = client.get(link_in_last_mail(), follow=True)
    secret = "another-long-secret"
    post(form.redirect_chain[-1][0], new_password1=secret, new_password2=secret)
    buyer.refresh_from_db()
    assert buyer.check_password(secret)


def test_a_reset_link_that_is_nonsense_is_told(client: Client) -> None:
    page = client.get("/accounts/password-reset/MQ/nonsense/")
    assert "not valid" in page.content.decode()
