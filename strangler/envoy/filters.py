"""What happens to a request between the door and the table.

On the line: claims of the client are taken away -> the identity cookie speaks, where it is
asked -> the table's choice is asked. Leaves: filters as plain data. Pure functions.
"""

from strangler.adapter.keys import Trusted

from .entry import BODY_LIMIT
from .identity import HTTP, tell_the_bucket, verify_identity
from .resources import Resource

_MUTATION = "envoy.extensions.http.early_header_mutation.header_mutation.v3.HeaderMutation"
# Only the gateway may say these.
_OURS = ("x-banyan-", "x-envoy-")
# Only a proxy may say these, and before this one there is none.
_OF_PROXIES = ("x-forwarded-", "forwarded", "x-real-ip")


def forget_what_clients_claim(trusted_hops: int) -> Resource:
    """Take from a client what only the gateway, or a proxy before it, may say."""
    prefixes = _OURS if trusted_hops else _OURS + _OF_PROXIES
    return {
        "name": "envoy.http.early_header_mutation.header_mutation",
        "typed_config": {
            "@type": f"type.googleapis.com/{_MUTATION}",
            "mutations": [
                {"remove_on_match": {"key_matcher": {"prefix": prefix}}} for prefix in prefixes
            ],
        },
    }


def filters(trusted: Trusted) -> list[Resource]:
    """Return the filters in their order; all but the last are off where no entry asks for them."""
    verifying = [verify_identity(trusted), tell_the_bucket()] if trusted else []
    return [*verifying, _limit_bodies(), _router()]


def _limit_bodies() -> Resource:
    """Be ready to refuse long bodies; off but for the routes that name a limit of their own."""
    return {
        "name": BODY_LIMIT,
        "disabled": True,
        "typed_config": {"@type": f"{HTTP}.buffer.v3.Buffer", "max_request_bytes": 1},
    }


def _router() -> Resource:
    return {
        "name": "envoy.filters.http.router",
        "typed_config": {
            "@type": f"{HTTP}.router.v3.Router",
            "suppress_envoy_headers": True,
            # Counters by status and by caller; the log tells more, and they cost 3 of 60 us.
            "dynamic_stats": False,
        },
    }
