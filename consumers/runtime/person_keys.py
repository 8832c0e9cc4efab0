"""Persons' keys from the monolith's endpoint, for handlers that read personal fields.

Enters: a person's id. Leaves: their key for `cdc.contracts.personal.reveal`, kept in memory for
five minutes at most, so that a destroyed key is soon of no use here either.
"""

import time
from base64 import urlsafe_b64decode
from collections.abc import Callable

import httpx
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from cdc.contracts.sealed import PersonErased
from consumers.runtime.errors import PoisonRecord, RetryLater, StopConsumer

_MOST_KEPT = 10_000


class HttpKeys:
    """Keys asked for at ``url`` (`…/internal/person-keys`) with this consumer's ``token``."""

    def __init__(
        self,
        url: str,
        token: str,
        keep_seconds: float = 300,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._http = httpx.Client(
            base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=5
        )
        self._keep_seconds = keep_seconds
        self._clock = clock
        self._kept: dict[str, tuple[float, AESGCM]] = {}

    def key(self, person: str) -> AESGCM:
        """Return the person's key.

        Raises ``PersonErased`` when it was destroyed, ``PoisonRecord`` when there never was
        one, ``StopConsumer`` when this consumer is not entitled, and ``RetryLater`` when the
        monolith does not answer.
        """
        until, kept = self._kept.get(person, (0.0, None))
        if kept is not None and self._clock() < until:
            return kept
        found = AESGCM(self._ask(person))
        if len(self._kept) >= _MOST_KEPT:
            self._kept.clear()
        self._kept[person] = (self._clock() + self._keep_seconds, found)
        return found

    def close(self) -> None:
        """Give the connection back."""
        self._http.close()

    def _ask(self, person: str) -> bytes:
        try:
            answer = self._http.get(f"/{person}")
        except httpx.HTTPError as error:
            raise RetryLater(f"The monolith gives no key of person {person}: {error}") from error
        match answer.status_code:
            case httpx.codes.OK:
                return urlsafe_b64decode(answer.json()["key"])
            case httpx.codes.GONE:
                self._kept.pop(person, None)
                raise PersonErased(f"The key of person {person} was destroyed.")
            case httpx.codes.NOT_FOUND:
                raise PoisonRecord(f"Person {person} never had a key.")
            case httpx.codes.UNAUTHORIZED | httpx.codes.FORBIDDEN:
                raise StopConsumer("This consumer may not ask for persons' keys.")
            case other:
                raise RetryLater(f"The monolith answers {other} about the key of person {person}.")
