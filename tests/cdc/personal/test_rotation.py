"""A new master key takes over every person's key, and the older one may go."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from cdc.contracts.sealed import PersonErased
from cdc.personal import keyring, rotation
from cdc.personal.models import PersonKey

pytestmark = pytest.mark.django_db

NEW_MASTER = "b" * 43


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin as a fresh process does, and need several batches for a few people."""
    monkeypatch.setattr(keyring, "_cached", {})
    monkeypatch.setattr(rotation, "_BATCH", 2)


def rewrap() -> str:
    """Return what the command says last."""
    said = StringIO()
    call_command("personal", "rewrap", stdout=said)
    return said.getvalue().splitlines()[-2]


def wrapped() -> dict[str, bytes]:
    return {row.person: bytes(row.wrapped or b"") for row in PersonKey.objects.all()}


def test_the_same_keys_rest_under_the_new_master_key_and_a_second_run_changes_nothing(
    settings: Settings,
) -> None:
    before = {person: keyring.key(person) and keyring.raw_key(person) for person in "12345"}
    keyring.destroy("3")
    settings.PERSONAL_MASTER_KEYS = [NEW_MASTER, *settings.PERSONAL_MASTER_KEYS]
    keyring.key("6")

    assert rewrap() == "5 keys, 4 wrapped anew"

    settings.PERSONAL_MASTER_KEYS = [NEW_MASTER]
    assert {person: keyring.raw_key(person) for person in "1245"} == {
        person: before[person] for person in "1245"
    }
    with pytest.raises(PersonErased):
        keyring.raw_key("3")
    resting = wrapped()
    assert rewrap() == "5 keys, 0 wrapped anew"
    assert wrapped() == resting


def test_a_key_that_no_master_key_opens_is_told_and_left_as_it_is(settings: Settings) -> None:
    keyring.key("7")
    resting = wrapped()
    settings.PERSONAL_MASTER_KEYS = [NEW_MASTER]

    with pytest.raises(CommandError, match="person 7. Put the older master key back"):
        rewrap()

    assert wrapped() == resting
