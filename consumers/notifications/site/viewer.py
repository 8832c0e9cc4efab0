"""Who looks at a page, in the few words that the header of every page needs."""

from typing import Any

from django.http import HttpRequest

from consumers.runtime.web.identity import ANONYMOUS, Identity

_AGENTS = "agents"


def viewer(request: HttpRequest) -> dict[str, Any]:
    """Give templates the `viewer`, which comes from the signed identity."""
    identity = identity_of(request)
    return {
        "viewer": {
            "is_authenticated": identity.is_authenticated,
            "name": identity.name,
            "is_agent": _AGENTS in identity.groups,
            "is_staff": identity.is_staff,
        }
    }


def identity_of(request: HttpRequest) -> Identity:
    identity: Identity = getattr(request, "identity", ANONYMOUS)
    return identity


def account_of(request: HttpRequest) -> int | None:
    """Return the account that looks at the page, or None for a visitor."""
    identity = identity_of(request)
    return int(identity.sub.removeprefix("u:")) if identity.is_authenticated else None
