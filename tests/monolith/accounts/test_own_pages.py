"""A member's own pages: name, address, password, their data, and the end of the account."""

import json
from collections.abc import Iterator

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core import mail
from django.test import Client

from cdc.contracts.codec import decode
from cdc.contracts.events import AccountDeleted
from cdc.outbox.models import OutboxEvent
from monolith.accounts import personal_data
from monolith.accounts.models import User
from monolith.listings.models import Listing
from tests.monolith.accounts.conftest import Post
from tests.monolith.accounts.mailbox import link_in_last_mail

pytestmark = pytest.mark.django_db


@pytest.fixture
def member(client: Client, buyer: User) -> User:
    client.force_login(buyer)
    return buyer


@pytest.mark.parametrize("page", ["", "email/", "password/", "export/", "delete/"])
def test_strangers_are_asked_to_log_in(client: Client, page: str) -> None:
    answer = client.get(f"/account/{page}")
    assert answer["Location"] == f"/accounts/login/?next=/account/{page}"


def test_a_new_name_is_on_the_next_page(client: Client, post: Post, member: User) -> None:
    assert post("/account/", display_name="Bo Better").status_code == 302
    assert "Bo Better" in client.get("/account/").content.decode()


@pytest.mark.parametrize("name", ["", " ", "x" * 81, "nul\x00"])
def test_a_bad_name_is_explained(post: Post, member: User, name: str) -> None:
    assert post("/account/", display_name=name).status_code == 400


def test_a_new_address_is_taken_when_its_mail_is_read(post: Post, member: User) -> None:
    post("/account/email/", email="New@Example.org", password="sesame")
    member.refresh_from_db()
    assert (member.email, mail.outbox[-1].to) == ("bo@example.org", ["new@example.org"])
    link = link_in_last_mail()
    assert post(link).status_code == 302
    member.refresh_from_db()
    assert member.email == "new@example.org"
    assert mail.outbox[-1].to == ["bo@example.org"]
    assert post(link).status_code == 400


def test_looking_at_the_link_changes_nothing(client: Client, post: Post, member: User) -> None:
    post("/account/email/", email="new@example.org", password="sesame")
    assert client.get(link_in_last_mail()).status_code == 200
    member.refresh_from_db()
    assert member.email == "bo@example.org"


def test_a_taken_address_gets_the_same_answer(post: Post, member: User, agent: User) -> None:
    free = post("/account/email/", email="new@example.org", password="sesame")
    taken = post("/account/email/", email="ADA@example.org", password="sesame")
    assert (taken.status_code, taken["Location"]) == (free.status_code, free["Location"])
    assert "has an account already" in str(mail.outbox[-1].body)


def test_an_address_that_was_taken_meanwhile_is_refused(
    post: Post, member: User, agent: User
) -> None:
    post("/account/email/", email="new@example.org", password="sesame")
    link = link_in_last_mail()
    User.objects.filter(pk=agent.pk).update(email="new@example.org")
    assert post(link).status_code == 400


def test_the_password_guards_address_and_deletion(post: Post, member: User) -> None:
    for page in ("email", "delete"):
        answer = post(f"/account/{page}/", email="new@example.org", password="wrong")
        assert answer.status_code == 400
        assert "This is not your password." in answer.content.decode()
    member.refresh_from_db()
    assert member.is_active
    assert not mail.outbox


def test_a_new_password_keeps_the_member_logged_in(
    client: Client, post: Post, member: User
) -> None:
    secret = "another-long-secret"
    form = {"old_password": "sesame", "new_password1": secret, "new_password2": secret}
    assert post("/account/password/", **{**form, "old_password": "x"}).status_code == 400
    assert post("/account/password/", **form)["Location"] == "/account/"
    assert client.get("/account/").status_code == 200


def test_a_deleted_account_leaves_an_empty_row(client: Client, post: Post, member: User) -> None:
    assert client.get("/account/delete/").status_code == 200
    assert post("/account/delete/", password="sesame").status_code == 302
    user = User.objects.get(pk=member.pk)
    assert not user.is_active
    assert not user.has_usable_password()
    left = " ".join(str(value) for value in vars(user).values()).lower()
    assert "bo@" not in left
    assert "buyer" not in left
    assert client.get("/account/").status_code == 302
    row = OutboxEvent.objects.get(event_type="AccountDeleted")
    assert row.aggregate_version == user.version
    assert decode(row.event_type, bytes(row.payload)) == AccountDeleted(user.pk, was_agent=False)


def test_the_address_of_a_deleted_account_is_free_again(post: Post, member: User) -> None:
    post("/account/delete/", password="sesame")
    post("/accounts/register/", email="bo@example.org")
    assert "/confirm/" in link_in_last_mail()


def test_an_agent_hands_over_first(
    client: Client, post: Post, agent: User, listing: Listing
) -> None:
    client.force_login(agent)
    answer = post("/account/delete/", password="sesame")
    assert answer.status_code == 400
    assert "hand them over" in answer.content.decode()
    agent.refresh_from_db()
    assert agent.is_active
    listing.delete()
    assert post("/account/delete/", password="sesame").status_code == 302


def test_the_export_holds_what_the_site_knows(
    client: Client, agent: User, listing: Listing
) -> None:
    client.force_login(agent)
    answer = client.get("/account/export/")
    data = json.loads(answer.content)
    assert "attachment" in answer["Content-Disposition"]
    assert data["account"]["email"] == "ada@example.org"
    assert data["account"]["groups"] == ["agents"]
    assert [home["id"] for home in data["listings"]] == [listing.pk]
    assert "password" not in data["account"]


@pytest.fixture
def diaries() -> Iterator[list[int]]:
    kept: list[int] = []
    personal_data.register(
        "diaries",
        export=lambda user: [user.pk in kept],
        erase=lambda user: kept.remove(user.pk),
    )
    yield kept
    personal_data.unregister("diaries")


def test_another_app_gives_its_part_and_takes_it_back(
    client: Client, post: Post, member: User, diaries: list[int]
) -> None:
    diaries.append(member.pk)
    assert client.get("/account/export/").json()["diaries"] == [True]
    post("/account/delete/", password="sesame")
    assert diaries == []


def test_a_section_has_one_owner(diaries: list[int]) -> None:
    with pytest.raises(ValueError, match="diaries"):
        personal_data.register("diaries", export=lambda user: 1, erase=lambda user: None)


def test_the_admins_history_forgets_the_name(post: Post, member: User) -> None:
    kind = ContentType.objects.get_for_model(User)
    entry = LogEntry.objects.create(
        user=member,
        content_type=kind,
        object_id=str(member.pk),
        object_repr="Bo Buyer",
        action_flag=CHANGE,
    )
    post("/account/delete/", password="sesame")
    entry.refresh_from_db()
    assert entry.object_repr == f"Former member {member.pk}"
