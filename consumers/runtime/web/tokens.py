"""The verifier of the monolith's signed cookies: a public key in, claims out."""

from functools import cache
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from django.core.exceptions import ImproperlyConfigured

ISSUER = "banyan"

InvalidToken = jwt.InvalidTokenError
ExpiredToken = jwt.ExpiredSignatureError


def verified_claims(token: str, key_file: str, *required: str) -> dict[str, Any]:
    """Give the claims of a token that the monolith signed.

    Raises ``ExpiredToken`` for an authentic one that is over, ``InvalidToken`` for any other.
    """
    return jwt.decode(
        token,
        _public_key(key_file),
        algorithms=["ES256"],
        issuer=ISSUER,
        options={"require": ["iss", "exp", *required]},
    )


@cache
def _public_key(key_file: str) -> EllipticCurvePublicKey:
    try:
        key = load_pem_public_key(Path(key_file).read_bytes())
    except (OSError, ValueError) as failure:
        raise ImproperlyConfigured(
            f"IDENTITY_PUBLIC_KEY_FILE={key_file} holds no public key: {failure}"
        ) from failure
    if not isinstance(key, EllipticCurvePublicKey):
        raise ImproperlyConfigured(f"IDENTITY_PUBLIC_KEY_FILE={key_file} is no elliptic curve key")
    return key
