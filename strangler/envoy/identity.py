"""The identity cookie in Envoy's words: a good one becomes headers that the table goes by.

On the line: the canary's last entry asks for it -> the table is gone through again.
Enters: the keys that are trusted. Leaves: a filter as plain data. Pure functions.
"""

import base64
import json

from strangler import testers
from strangler.adapter.identity import COOKIE
from strangler.adapter.keys import PublicKey, Trusted
from strangler.adapter.tokens import ISSUER

from .render import BUCKET, GROUPS, REQUIREMENT, STAFF, TESTER, USER, VERIFICATION
from .resources import Resource

HTTP = "type.googleapis.com/envoy.extensions.filters.http"


def verify_identity(trusted: Trusted) -> Resource:
    """Turn a good cookie, and a good tester's token, into headers.

    Only entries that ask for it pay for it. A bad or absent one is no error: its bearer
    goes on without the headers.
    """
    providers = {"banyan": _identity(trusted), "testers": _tester(trusted)}
    either_way = [
        {
            "requires_any": {
                "requirements": [{"provider_name": name}, {"allow_missing_or_failed": {}}]
            }
        }
        for name in providers
    ]
    return {
        "name": VERIFICATION,
        "typed_config": {
            "@type": f"{HTTP}.jwt_authn.v3.JwtAuthentication",
            "providers": providers,
            "requirement_map": {REQUIREMENT: {"requires_all": {"requirements": either_way}}},
        },
    }


def _identity(trusted: Trusted) -> Resource:
    claims = {"bucket": BUCKET, "groups": GROUPS, "staff": STAFF, "sub": USER}
    return {
        **_provider(ISSUER, trusted, claims),
        "from_cookies": [COOKIE],
        "forward": True,
        # For the access log: the headers do not live that long.
        "payload_in_metadata": "identity",
        # A signature that was good once is good until it expires.
        "jwt_cache_config": {"jwt_cache_size": 10_000},
    }


def _tester(trusted: Trusted) -> Resource:
    return {
        **_provider(testers.ISSUER, trusted, {"sides": TESTER}),
        "from_headers": [{"name": testers.HEADER}],
        "from_params": [testers.PARAMETER],
        "from_cookies": [testers.COOKIE],
    }


def _provider(issuer: str, trusted: Trusted, claims: dict[str, str]) -> Resource:
    return {
        "issuer": issuer,
        "local_jwks": {"inline_string": json.dumps({"keys": [jwk(key) for key in trusted]})},
        "claim_to_headers": [
            {"claim_name": claim, "header_name": header} for claim, header in claims.items()
        ],
        "clear_route_cache": True,
        "clock_skew_seconds": 1,
    }


def jwk(key: PublicKey) -> dict[str, str]:
    """Return the public key as a JSON Web Key."""
    numbers = key.key.public_numbers()
    return {
        "kty": "EC",
        "crv": "P-256",
        "alg": "ES256",
        "use": "sig",
        "kid": key.id,
        "x": _base64(numbers.x),
        "y": _base64(numbers.y),
    }


def _base64(number: int) -> str:
    return base64.urlsafe_b64encode(number.to_bytes(32, "big")).decode().rstrip("=")
