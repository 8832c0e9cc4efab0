"""A sealed value opens with its person's key, in its own place, and nowhere else."""

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from cdc.contracts.codec import MalformedEvent, decode, encode
from cdc.contracts.events import AccountConfirmed, ListingRepriced
from cdc.contracts.personal import reveal, sealed
from cdc.contracts.schemas import all_schemas
from cdc.contracts.sealed import Sealed, TokenBroken, seal, unseal
from cdc.contracts.topics import TOPICS

KEY = AESGCM(bytes(32))
PLACE = {"topic": "account.events", "field": "email", "person": "7"}
EVENT = AccountConfirmed(account_id=7, email="pat@example.org", name=None)


class OneKey:
    """Keys of a world in which everybody has the same one."""

    def key(self, person: str) -> AESGCM:
        return KEY


@given(st.text())
def test_every_text_comes_back(text: str) -> None:
    assert unseal(KEY, seal(KEY, text, **PLACE), **PLACE) == text


@pytest.mark.parametrize("part", sorted(PLACE))
def test_a_token_opens_in_no_other_place(part: str) -> None:
    token = seal(KEY, "pat@example.org", **PLACE)

    with pytest.raises(TokenBroken):
        unseal(KEY, token, **{**PLACE, part: "other"})


@pytest.mark.parametrize("token", ["", "AA", "é", "A" * 60, "not base64 at all"])
def test_a_damaged_token_says_so(token: str) -> None:
    with pytest.raises(TokenBroken):
        unseal(KEY, Sealed(token), **PLACE)


def test_an_event_travels_sealed_and_is_revealed_by_its_reader() -> None:
    value = encode(sealed(EVENT, OneKey()), schema_id=1)
    read = decode("AccountConfirmed", value)

    assert b"pat@" not in value
    assert reveal(read, "email", OneKey()) == "pat@example.org"
    assert reveal(read, "name", OneKey()) is None


def test_an_event_in_the_clear_is_refused() -> None:
    with pytest.raises(MalformedEvent, match="in the clear"):
        encode(EVENT, schema_id=1)


def test_an_event_without_personal_fields_is_left_as_it_is() -> None:
    event = ListingRepriced(7, 2, 1)

    assert sealed(event, OneKey()) is event


def test_the_topics_with_personal_fields_are_marked() -> None:
    holding = {schema.topic for schema in all_schemas().values() if schema.personal}

    assert holding == {topic.name for topic in TOPICS if topic.has_personal_data}


def test_a_personal_field_may_be_missing_and_names_its_person() -> None:
    for schema in all_schemas().values():
        fields = {field["name"]: field for field in schema.definition["fields"]}
        for name, holder in schema.personal.items():
            assert holder in fields
            assert fields[name]["type"] == ["null", "string"]
