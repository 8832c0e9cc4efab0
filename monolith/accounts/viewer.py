"""Who looks at a page, in the few words that a page's header needs.

The header of every template reads `viewer` and nothing else about the user, so that a service
beside the monolith can render the very same header from the signed identity cookie.
"""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject


@dataclass(frozen=True, slots=True)
class Viewer:
    is_authenticated: bool = False
    name: str = ""
    is_agent: bool = False
    is_staff: bool = False


def viewer(request: HttpRequest) -> dict[str, Any]:
    """Give templates the lazily read `viewer`; a page that does not ask costs no query."""
    return {"viewer": SimpleLazyObject(lambda: _describe(request))}


def _describe(request: HttpRequest) -> Viewer:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return Viewer()
    return Viewer(
        is_authenticated=True,
        name=user.get_full_name(),
        is_agent=user.opens_agents_pages,
        is_staff=user.is_staff,
    )
