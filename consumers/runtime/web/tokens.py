"""The verifier of the monolith's signed cookies: public keys in, claims out.

Several keys may be trusted at once, so that the monolith can change the one that it signs with.
"""

import logging
import os
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_public_key,
)
from django.core.exceptions import ImproperlyConfigured

ISSUER = "banyan"

Claims = Mapping[str, Any]
log = logging.getLogger(__name__)

_PEM = re.compile(rb"-----BEGIN PUBLIC KEY-----.*?-----END PUBLIC KEY-----", re.DOTALL)


@dataclass(frozen=True, slots=True)
class TrustedKey:
    """A public key; what is remembered of a token is remembered under the keys' ids."""

    id: str
    key: EllipticCurvePublicKey = field(compare=False)


Trusted = tuple[TrustedKey, ...]

# What each file held when it was read last, under its time and size.
_read: dict[str, tuple[tuple[int, int], Trusted]] = {}


class InvalidToken(ValueError):
    """The monolith did not write this."""


class ExpiredToken(InvalidToken):
    """The monolith wrote it, and its time is over."""


def verified_claims(token: str, key_file: str, now: float | None = None) -> Claims:
    """Give the claims of a token that the monolith signed.

    Raises ``ExpiredToken`` for an authentic one that is over, ``InvalidToken`` for any other.
    """
    claims = _authentic(token, trusted_keys(key_file))
    if claims is None:
        raise InvalidToken("not signed by the monolith")
    if (time.time() if now is None else now) >= claims["exp"]:
        raise ExpiredToken("over")
    return claims


def trusted_keys(key_file: str) -> Trusted:
    """Give the keys of a PEM file by their ids, as the file is now; an operator may add one.

    A file that has become unreadable leaves what it held. Raises ``ImproperlyConfigured``,
    naming the setting, when nothing was ever read from it.
    """
    try:
        told = os.stat(key_file)
        stamp = (told.st_mtime_ns, told.st_size)
        if (known := _read.get(key_file)) is None or known[0] != stamp:
            _read[key_file] = known = (stamp, _keys_in(key_file))
    except (OSError, ValueError) as failure:
        known = _read.get(key_file)
        if known is None:
            raise ImproperlyConfigured(
                f"IDENTITY_PUBLIC_KEY_FILE={key_file} holds no public key: {failure}"
            ) from failure
        log.warning("keys_unreadable file=%s reason=%s", key_file, failure)
    return known[1]


# A signature does not change its mind: a person's next page costs no cryptography.
@lru_cache(maxsize=8192)
def _authentic(token: str, trusted: Trusted) -> Claims | None:
    try:
        signer = jwt.get_unverified_header(token).get("kid")
        trusted_one = next((each for each in trusted if each.id == signer), None)
        if trusted_one is None:
            return None
        return jwt.decode(
            token,
            trusted_one.key,
            algorithms=["ES256"],
            issuer=ISSUER,
            options={"require": ["iss", "exp"], "verify_exp": False, "verify_iat": False},
        )
    except jwt.PyJWTError:
        return None


def _keys_in(key_file: str) -> Trusted:
    found = [load_pem_public_key(pem) for pem in _PEM.findall(Path(key_file).read_bytes())]
    keys = [key for key in found if isinstance(key, EllipticCurvePublicKey)]
    if not keys or len(keys) < len(found):
        raise ValueError("it wants elliptic curve keys in PEM form, one or more")
    return tuple(TrustedKey(_id_of(key), key) for key in keys)


def _id_of(key: EllipticCurvePublicKey) -> str:
    # As the monolith's adapter names the key that signs.
    der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return sha256(der).hexdigest()[:16]
