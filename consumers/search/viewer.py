"""Who looks at a page, in the few words that the header of every page needs.

The monolith's templates read `viewer` and nothing else about the user; here it comes from
the signed identity instead of a session.
"""

from typing import Any

from django.http import HttpRequest

AGENTS = "agents"


def viewer(request: HttpRequest) -> dict[str, Any]:
    """Give templates the `viewer`."""
    carrier: Any = request
    identity = carrier.identity
    return {
        "viewer": {
            "is_authenticated": identity.is_authenticated,
            "name": identity.name,
            "is_agent": AGENTS in identity.groups,
            "is_staff": identity.is_staff,
        }
    }
