"""Keys are given to who has a token, and to nobody else."""

from base64 import urlsafe_b64decode

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from cdc.personal import keyring

pytestmark = pytest.mark.django_db

PATH = "/internal/person-keys/7"
MINE = {"Authorization": "Bearer right"}


@pytest.fixture(autouse=True)
def readers(settings: Settings) -> None:
    """Let one consumer in."""
    settings.PERSONAL_READERS = {"notifications": "right"}


def test_the_key_is_given_until_it_is_destroyed(client: Client) -> None:
    assert client.get(PATH, headers=MINE).status_code == 404

    keyring.key("7")
    answer = client.get(PATH, headers=MINE)
    assert urlsafe_b64decode(answer.json()["key"]) == keyring.raw_key("7")
    assert "no-store" in answer["Cache-Control"]

    keyring.destroy("7")
    assert client.get(PATH, headers=MINE).status_code == 410


@pytest.mark.parametrize(
    "told", ["", "Bearer", "Bearer ", "Bearer wrong", "Bearer ri\u011dht", "Basic right", "right"]
)
def test_a_stranger_learns_nothing(client: Client, told: str) -> None:
    keyring.key("7")

    answer = client.get(PATH, headers={"Authorization": told})

    assert answer.status_code == 401
    assert "key" not in answer.json()


def test_nobody_configured_means_nobody(client: Client, settings: Settings) -> None:
    settings.PERSONAL_READERS = {}

    assert client.get(PATH, headers={"Authorization": "Bearer "}).status_code == 401
