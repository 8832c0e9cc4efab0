"""Personal values under their person's key, so that destroying the key erases them everywhere.

Enters: a text, or the token that stands for it in a record. Leaves: the other one. A token is
base64url of version byte, nonce (12 bytes), and AES-256-GCM ciphertext with its tag (NIST SP
800-38D); topic, field and person are associated data, so that a token copied to another field
or another person's event opens no more.
"""

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
_VERSION = b"\x01"
_NONCE_BYTES = 12


class CannotOpen(Exception):
    """A token does not open; the subclasses say why."""


class PersonErased(CannotOpen):
    """The person's key was destroyed: what it sealed is gone, which is normal and final."""


class TokenBroken(CannotOpen):
    """The token is damaged, or belongs to another person, topic or field."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A personal value as it travels; `personal.reveal` opens it for who is entitled."""

    token: str


def seal(key: AESGCM, text: str, *, topic: str, field: str, person: str) -> Sealed:
    """Return the token of ``text``; the same text gives another token each time."""
    nonce = os.urandom(_NONCE_BYTES)
    body = key.encrypt(nonce, text.encode(), _bound_to(topic, field, person))
    return Sealed(urlsafe_b64encode(_VERSION + nonce + body).decode())


def unseal(key: AESGCM, sealed: Sealed, *, topic: str, field: str, person: str) -> str:
    """Return the text; raises ``TokenBroken`` when it is not exactly what was sealed there."""
    try:
        raw = urlsafe_b64decode(sealed.token)
        if raw[:1] != _VERSION:
            raise TokenBroken(f"The token of {field} has a version that is not known here.")
        nonce, body = raw[1 : 1 + _NONCE_BYTES], raw[1 + _NONCE_BYTES :]
        return key.decrypt(nonce, body, _bound_to(topic, field, person)).decode()
    except (InvalidTag, ValueError) as error:
        raise TokenBroken(
            f"The token of {field} is damaged or was sealed for another place."
        ) from error


def _bound_to(topic: str, field: str, person: str) -> bytes:
    return "\0".join((topic, field, person)).encode()
