"""Signed tokens: the one shape that both cookies share.

On the line: inside the adapter, under ``identity`` and ``freshness``. Enters: claims.
Leaves: a JWT (ES256), or the claims of one that our own key has signed.
"""

from functools import lru_cache
from typing import Any

import jwt

from .keys import PrivateKey, Trusted

ALGORITHM = "ES256"
ISSUER = "banyan"

Claims = dict[str, Any]


def sign(claims: Claims, key: PrivateKey, *, now: int, lifetime: int, issuer: str = ISSUER) -> str:
    """Return the claims as a token that ends ``lifetime`` seconds from now."""
    full = {"iss": issuer, **claims, "iat": now, "exp": now + lifetime}
    return jwt.encode(full, key.key, ALGORITHM, headers={"kid": key.public.id})


@lru_cache(maxsize=8192)
def authentic(token: str, trusted: Trusted) -> Claims | None:
    """Return the claims of a token that a trusted key signed, expired or not; else ``None``.

    A signature does not change its mind, so the answer is kept: a person's next page
    costs no cryptography. Callers compare ``exp`` with their own clock, and must not
    change what they are given.
    """
    try:
        signer = jwt.get_unverified_header(token).get("kid")
        key = next((each for each in trusted if each.id == signer), None)
        if key is None:
            return None
        return jwt.decode(
            token,
            key.key,
            algorithms=[ALGORITHM],
            issuer=ISSUER,
            options={
                "require": ["iss", "exp", "iat"],
                "verify_exp": False,
                "verify_iat": False,
                "verify_aud": False,
            },
        )
    except jwt.PyJWTError:
        return None
