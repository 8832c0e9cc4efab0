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

from .claims import (
    BUCKET,
    BUCKET_FOR_THE_LOG,
    BUCKET_ONLY,
    GROUPS,
    PERSON,
    PERSON_OR_TESTER,
    STAFF,
    TESTER,
    USER,
    VERIFICATION,
)
from .resources import Resource

HTTP = "type.googleapis.com/envoy.extensions.filters.http"


def verify_identity(trusted: Trusted) -> Resource:
    """Turn a good cookie, and a good tester's token, into headers.

    Only entries that ask for it pay for it, and only what carries a token for the tester's.
    A bad or absent one is no error: its bearer goes on without the headers.
    """
    person, tester = _if_good("persons"), _if_good("testers")
    who = {"bucket": BUCKET, "groups": GROUPS, "staff": STAFF, "sub": USER}
    return {
        "name": VERIFICATION,
        "disabled": True,
        "typed_config": {
            "@type": f"{HTTP}.jwt_authn.v3.JwtAuthentication",
            "providers": {
                "buckets": _identity(trusted, {"bucket": BUCKET}),
                "persons": _identity(trusted, who),
                "testers": _tester(trusted),
            },
            "requirement_map": {
                BUCKET_ONLY: _if_good("buckets"),
                PERSON: person,
                PERSON_OR_TESTER: {"requires_all": {"requirements": [person, tester]}},
            },
        },
    }


def tell_the_bucket() -> Resource:
    """Keep the bucket for the access log: the headers do not live that long."""
    kept = {
        "object_key": BUCKET_FOR_THE_LOG,
        "factory_key": "envoy.string",
        "format_string": {"text_format_source": {"inline_string": f"%REQ({BUCKET})%"}},
        "skip_if_empty": True,
    }
    return {
        "name": BUCKET_FOR_THE_LOG,
        "disabled": True,
        "typed_config": {
            "@type": f"{HTTP}.set_filter_state.v3.Config",
            "on_request_headers": [kept],
        },
    }


def _if_good(provider: str) -> Resource:
    either = [{"provider_name": provider}, {"allow_missing_or_failed": {}}]
    return {"requires_any": {"requirements": either}}


def _identity(trusted: Trusted, claims: dict[str, str]) -> Resource:
    return {
        **_provider(ISSUER, trusted, claims),
        "from_cookies": [COOKIE],
        "forward": True,
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
