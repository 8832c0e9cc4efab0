"""The monolith's own ring of persons' keys.

Enters: a person's id. Leaves: their key, made when it is first needed, in the caller's
transaction. Keys rest wrapped by the first of `PERSONAL_MASTER_KEYS`; older master keys still
unwrap, so that the first one can be changed at any time (`rotation` ends it). An own ring, as a
key management service would be asked in every transaction; it may keep the master key, though.
"""

import os
import time
from base64 import urlsafe_b64decode
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import router, transaction
from django.utils import timezone

from cdc.contracts.sealed import KEY_BYTES, PersonErased
from cdc.personal.models import PersonKey

_NONCE_BYTES = 12
# So long may a process go on sealing with a key that another one destroyed: nobody can read it.
_CACHE_SECONDS = 300
_MOST_CACHED = 10_000

_cached: dict[str, tuple[float, AESGCM]] = {}


def key(person: str) -> AESGCM:
    """Return the person's key, in the caller's transaction; raises ``PersonErased``."""
    until, found = _cached.get(person, (0.0, None))
    if found is not None and time.monotonic() < until:
        return found
    made = AESGCM(raw_key(person) or _make(person))
    # Not before the commit: a key that was rolled back must not seal anything later.
    transaction.on_commit(lambda: _remember(person, made), using=router.db_for_write(PersonKey))
    return made


def raw_key(person: str) -> bytes | None:
    """Return the key's bytes, or None when there never was one; raises ``PersonErased``."""
    row = PersonKey.objects.filter(person=person).first()
    if row is None:
        return None
    if row.wrapped is None:
        raise PersonErased(f"The key of person {person} was destroyed.")
    return _unwrap(bytes(row.wrapped), person)


def destroy(person: str) -> None:
    """Destroy the key, in the caller's transaction; doing it again changes nothing."""
    PersonKey.objects.update_or_create(
        person=person,
        defaults={"wrapped": None, "destroyed_at": timezone.now()},
    )
    _cached.pop(person, None)


def wrapped_anew(wrapped: bytes, person: str) -> bytes | None:
    """Return the key under the first master key; None when that is the one that wraps it."""
    try:
        _open(_masters()[0], wrapped, person)
    except InvalidTag:
        return _wrap(_unwrap(wrapped, person), person)
    return None


def _make(person: str) -> bytes:
    fresh = PersonKey(person=person, wrapped=_wrap(AESGCM.generate_key(KEY_BYTES * 8), person))
    # Another transaction may make it at the same time: one of the two keys stays.
    PersonKey.objects.bulk_create([fresh], ignore_conflicts=True)
    found = raw_key(person)
    assert found is not None, "the row was just written or waited for"
    return found


def _remember(person: str, made: AESGCM) -> None:
    if len(_cached) >= _MOST_CACHED:
        _cached.clear()
    _cached[person] = (time.monotonic() + _CACHE_SECONDS, made)


def _wrap(plain: bytes, person: str) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + _masters()[0].encrypt(nonce, plain, person.encode())


def _unwrap(wrapped: bytes, person: str) -> bytes:
    for master in _masters():
        try:
            return _open(master, wrapped, person)
        except InvalidTag:
            continue
    raise ImproperlyConfigured(f"No key of PERSONAL_MASTER_KEYS opens the key of person {person}.")


def _open(master: AESGCM, wrapped: bytes, person: str) -> bytes:
    return master.decrypt(wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:], person.encode())


def _masters() -> list[AESGCM]:
    return [_master(text) for text in settings.PERSONAL_MASTER_KEYS]


@cache
def _master(text: str) -> AESGCM:
    raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if len(raw) != KEY_BYTES:
        raise ImproperlyConfigured(
            f"A key of PERSONAL_MASTER_KEYS has {len(raw)} bytes, not {KEY_BYTES} (base64url)."
        )
    return AESGCM(raw)
