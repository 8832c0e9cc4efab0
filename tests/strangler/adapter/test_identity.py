"""The identity cookie: only our own key's word is taken, and only while it is fresh."""

import base64
import hmac
import json

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from strangler import flags
from strangler.adapter import identity
from strangler.adapter.identity import Person
from strangler.adapter.keys import PrivateKey

NOW = 1_800_000_000
ANNA = Person("u:7", name="Anna Ödön", is_staff=True, groups=",agents,pilot,", session="abc")


def test_what_was_issued_is_read_back(key: PrivateKey) -> None:
    found = identity.verify(identity.issue(ANNA, key, NOW), (key.public,))
    assert found == identity.Identity(ANNA, NOW + 3600)


def test_the_claims_are_those_that_the_gateway_and_the_services_read(key: PrivateKey) -> None:
    token = identity.issue(ANNA, key, NOW)
    assert jwt.get_unverified_header(token)["kid"] == key.public.id
    assert jwt.decode(token, options={"verify_signature": False}) == {
        "iss": "banyan",
        "sub": "u:7",
        "bucket": flags.bucket("u:7"),
        "name": "Anna Ödön",
        "staff": True,
        "groups": ",agents,pilot,",
        "session": "abc",
        "iat": NOW,
        "exp": NOW + 3600,
    }


def test_it_ends_and_asks_for_renewal_at_half_time(key: PrivateKey) -> None:
    found = identity.verify(identity.issue(ANNA, key, NOW), (key.public,))
    assert found is not None
    assert found.is_valid(NOW + 3599)
    assert not found.is_valid(NOW + 3600)
    assert not found.is_worn(NOW + 1800)
    assert found.is_worn(NOW + 1801)


def test_another_key_is_refused(key: PrivateKey, foreign_key: PrivateKey) -> None:
    assert identity.verify(identity.issue(ANNA, foreign_key, NOW), (key.public,)) is None


def test_changed_claims_are_refused(key: PrivateKey) -> None:
    header, body, signature = identity.issue(ANNA, key, NOW).split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    forged = _part({**claims, "sub": "u:1"})
    assert identity.verify(f"{header}.{forged}.{signature}", (key.public,)) is None


def test_the_none_algorithm_is_refused(key: PrivateKey) -> None:
    body = identity.issue(ANNA, key, NOW).split(".")[1]
    header = _part({"alg": "none", "typ": "JWT", "kid": key.public.id})
    assert identity.verify(f"{header}.{body}.", (key.public,)) is None


def test_the_public_key_as_a_shared_secret_is_refused(key: PrivateKey) -> None:
    _, body, _ = identity.issue(ANNA, key, NOW).split(".")
    said = f"{_part({'alg': 'HS256', 'typ': 'JWT', 'kid': key.public.id})}.{body}"
    secret = key.public.key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    signature = base64.urlsafe_b64encode(hmac.digest(secret, said.encode(), "sha256")).decode()
    assert identity.verify(f"{said}.{signature.rstrip('=')}", (key.public,)) is None


@given(token=st.text(max_size=200))
def test_garbage_is_nobody(key: PrivateKey, token: str) -> None:
    assert identity.verify(token, (key.public,)) is None


@pytest.mark.parametrize(
    ("names", "text"),
    [
        ([], ","),
        (["pilot", "agents", "pilot"], ",agents,pilot,"),
        (["a,pilot", "", "b"], ",b,"),
    ],
)
def test_groups_are_framed_so_that_one_never_passes_for_another(
    names: list[str], text: str
) -> None:
    assert identity.framed(names) == text


def test_a_crowd_of_groups_still_fits_into_a_cookie(key: PrivateKey) -> None:
    groups = identity.framed([f"group number {n}" for n in range(1000)])
    token = identity.issue(Person("u:1", name="ö" * 100, groups=groups), key, NOW)
    assert len(token) < 4000


def test_two_visitors_are_two() -> None:
    assert identity.visitor().subject != identity.visitor().subject
    assert identity.visitor().is_visitor


def _part(content: dict[str, object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")
