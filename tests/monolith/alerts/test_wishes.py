"""What people told a service that they want is heeded here, whichever side sends by then."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from monolith.accounts.models import User
from monolith.alerts.models import OptOut
from monolith.interests.models import SavedSearch
from tests.monolith.alerts.conftest import MakeSearch

pytestmark = pytest.mark.django_db
TOKEN = {"Authorization": "Bearer theirs"}


@pytest.fixture(autouse=True)
def _reader(settings: Settings) -> None:
    settings.PERSONAL_READERS = {"consumers": "theirs"}


def ask(client: Client, wishes: Any, headers: dict[str, str] = TOKEN) -> Any:
    asked = {"wishes": wishes}
    return client.post(
        "/internal/alerts/wishes", asked, content_type="application/json", headers=headers
    )


def test_a_wish_holds_until_there_is_another(client: Client, buyer: User) -> None:
    no = {"account_id": buyer.pk, "kind": "price", "is_wanted": False}
    for _ in range(2):
        assert ask(client, [no]).json() == {"outcomes": ["done"]}
    assert OptOut.objects.get().kind == "price"

    assert ask(client, [no | {"is_wanted": True}]).json() == {"outcomes": ["done"]}
    assert not OptOut.objects.exists()


def test_one_search_is_ended_and_kept(
    client: Client, keeper: User, make_search: MakeSearch
) -> None:
    ended, other = make_search(), make_search()
    no = {"account_id": keeper.pk, "kind": "match", "is_wanted": False}

    for number in (ended.pk, ended.pk, 10**9):
        asked = [no | {"saved_search_id": number}]
        assert ask(client, asked).json() == {"outcomes": ["done"]}

    assert SavedSearch.objects.get(pk=ended.pk).frequency == "none"
    assert SavedSearch.objects.get(pk=other.pk).frequency == other.frequency != "none"
    assert not OptOut.objects.exists()


def test_nobody_is_made_up(client: Client, buyer: User) -> None:
    User.objects.filter(pk=buyer.pk).update(is_active=False)
    asked = [
        {"account_id": number, "kind": "price", "is_wanted": False} for number in (buyer.pk, 10**9)
    ]

    assert ask(client, asked).json() == {"outcomes": ["unknown", "unknown"]}
    assert not OptOut.objects.exists()


@pytest.mark.parametrize(
    "wish",
    [
        {"account_id": True, "kind": "price", "is_wanted": False},
        {"account_id": 0, "kind": "price", "is_wanted": False},
        {"account_id": 1, "kind": "enquiry", "is_wanted": False},
        {"account_id": 1, "kind": "price", "is_wanted": "no"},
        {"account_id": 1, "kind": "price"},
        {"account_id": 1, "kind": "price", "is_wanted": False, "saved_search_id": 3},
        {"account_id": 1, "kind": "match", "is_wanted": True, "saved_search_id": 3},
        {"account_id": 1, "kind": "match", "is_wanted": False, "saved_search_id": -3},
        [],
    ],
)
def test_what_is_no_wish_is_refused(client: Client, wish: Any) -> None:
    assert ask(client, [wish]).status_code == 400


def test_strangers_are_refused(client: Client) -> None:
    assert ask(client, [], {"Authorization": "Bearer wrong"}).status_code == 401
