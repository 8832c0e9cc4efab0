"""One key for each person, made once, kept wrapped, and gone when it is destroyed."""

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from pytest_django.fixtures import Settings

from cdc.contracts.events import ContactChanged
from cdc.contracts.sealed import PersonErased, Sealed, seal, unseal
from cdc.outbox.publish import publish
from cdc.personal import keyring
from cdc.personal.models import PersonKey

pytestmark = pytest.mark.django_db

PLACE = {"topic": "t", "field": "f", "person": "7"}
OTHER_MASTER = "b" * 43


@pytest.fixture(autouse=True)
def forgotten_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each test begin as a fresh process does."""
    monkeypatch.setattr(keyring, "_cached", {})


def opens(key: AESGCM, token: Sealed) -> bool:
    """Tell whether the key opens what another one sealed."""
    return unseal(key, token, **PLACE) == "text"


def test_a_person_keeps_the_key_that_was_made_first() -> None:
    token = seal(keyring.key("7"), "text", **PLACE)

    assert opens(keyring.key("7"), token)
    assert PersonKey.objects.count() == 1


def test_a_key_rests_wrapped() -> None:
    keyring.key("7")

    assert bytes(PersonKey.objects.get().wrapped or b"") != keyring.raw_key("7")


def test_an_older_master_key_still_unwraps(settings: Settings) -> None:
    token = seal(keyring.key("7"), "text", **PLACE)
    settings.PERSONAL_MASTER_KEYS = [OTHER_MASTER, *settings.PERSONAL_MASTER_KEYS]

    assert opens(keyring.key("7"), token)
    settings.PERSONAL_MASTER_KEYS = [OTHER_MASTER]
    with pytest.raises(ImproperlyConfigured, match="PERSONAL_MASTER_KEYS"):
        keyring.key("7")


def test_a_destroyed_key_never_comes_back() -> None:
    keyring.key("7")
    keyring.destroy("7")
    keyring.destroy("8")

    for person in ("7", "8"):
        with pytest.raises(PersonErased):
            keyring.key(person)
    with pytest.raises(PersonErased):
        publish(ContactChanged(account_id=7, email="x@example.org", name=None), aggregate_version=1)


@pytest.mark.django_db(transaction=True)
def test_a_key_that_was_rolled_back_seals_nothing_later() -> None:
    with transaction.atomic():
        lost = keyring.raw_key("7"), keyring.key("7")
        transaction.set_rollback(True)

    assert lost[0] is None
    assert keyring._cached == {}
    with transaction.atomic():
        token = seal(keyring.key("7"), "text", **PLACE)
    assert opens(keyring._cached["7"][1], token)
