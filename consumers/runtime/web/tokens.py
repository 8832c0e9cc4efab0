"""The verifier of the monolith's signed cookies: a public key in, claims out."""

import time
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from django.core.exceptions import ImproperlyConfigured

ISSUER = "banyan"

Claims = Mapping[str, Any]


class InvalidToken(ValueError):
    """The monolith did not write this."""


class ExpiredToken(InvalidToken):
    """The monolith wrote it, and its time is over."""


def verified_claims(token: str, key_file: str, now: float | None = None) -> Claims:
    """Give the claims of a token that the monolith signed.

    Raises ``ExpiredToken`` for an authentic one that is over, ``InvalidToken`` for any other.
    """
    claims = _authentic(token, key_file)
    if claims is None:
        raise InvalidToken("not signed by the monolith")
    if (time.time() if now is None else now) >= claims["exp"]:
        raise ExpiredToken("over")
    return claims


# A signature does not change its mind: a person's next page costs no cryptography.
@lru_cache(maxsize=8192)
def _authentic(token: str, key_file: str) -> Claims | None:
    try:
        return jwt.decode(
            token,
            public_key(key_file),
            algorithms=["ES256"],
            issuer=ISSUER,
            options={"require": ["iss", "exp"], "verify_exp": False, "verify_iat": False},
        )
    except jwt.PyJWTError:
        return None


@cache
def public_key(key_file: str) -> EllipticCurvePublicKey:
    """Read the key once. Raises ``ImproperlyConfigured`` naming the setting."""
    try:
        key = load_pem_public_key(Path(key_file).read_bytes())
    except (OSError, ValueError) as failure:
        raise ImproperlyConfigured(
            f"IDENTITY_PUBLIC_KEY_FILE={key_file} holds no public key: {failure}"
        ) from failure
    if not isinstance(key, EllipticCurvePublicKey):
        raise ImproperlyConfigured(f"IDENTITY_PUBLIC_KEY_FILE={key_file} is no elliptic curve key")
    return key
