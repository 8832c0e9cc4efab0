"""Persons' keys of the tests' own; whoever is erased has none."""

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from cdc.contracts.sealed import PersonErased, seal
from consumers.runtime.errors import RetryLater

KEY = AESGCM(b"k" * 32)
ERASED = "13"
UNREACHED = "14"


class KeysInMemory:
    """Stand where the monolith's endpoint is asked."""

    def key(self, person: str) -> AESGCM:
        if person == ERASED:
            raise PersonErased("gone")
        if person == UNREACHED:
            raise RetryLater("The monolith does not answer.")
        return KEY


def sealed_email(account_id: int, email: str) -> str:
    """Return the token of an address, as the account's events carry it."""
    return seal(KEY, email, topic="account.events", field="email", person=str(account_id)).token
