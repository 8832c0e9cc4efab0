"""Contacts of accounts from before the events: each told once, sealed, and in its place."""

import io

import pytest
from django.core.management import call_command
from django.utils import timezone

from cdc.contracts.events import ContactChanged
from cdc.contracts.personal import reveal
from cdc.outbox.models import OutboxEvent
from cdc.personal import keyring
from monolith.accounts import services
from monolith.accounts.models import User
from tests.monolith.interests.events import published

pytestmark = pytest.mark.django_db


def tell_contacts() -> str:
    said = io.StringIO()
    call_command("tell_contacts", stdout=said)
    return said.getvalue()


def confirm(user: User) -> User:
    user.confirmed_at = timezone.now()
    user.save(update_fields=["confirmed_at"])
    user.refresh_from_db()
    return user


def test_a_confirmed_account_is_told_once_and_nobody_else(buyer: User, agent: User) -> None:
    confirm(buyer)
    before = buyer.version
    assert tell_contacts() == "1 contacts told.\n"
    assert tell_contacts() == "0 contacts told.\n"

    ((event, version),) = published("account.events")
    assert isinstance(event, ContactChanged)
    assert event.account_id == buyer.pk
    assert reveal(event, "email", keyring) == "bo@example.org"
    assert version == before + 1
    assert OutboxEvent.objects.get().reason == "command: tell_contacts"


def test_many_are_told_some_at_a_time(buyer: User, agent: User) -> None:
    confirm(buyer)
    confirm(agent)

    assert [services.tell_contacts(at_once=1) for _ in range(3)] == [1, 1, 0]


def test_who_was_told_by_a_change_of_theirs_or_is_gone_is_not_told_again(
    buyer: User, agent: User
) -> None:
    services.rename(confirm(buyer).pk, "Bo the Buyer")
    services.delete(confirm(agent).pk)
    before = OutboxEvent.objects.count()

    assert tell_contacts() == "0 contacts told.\n"
    assert OutboxEvent.objects.count() == before
