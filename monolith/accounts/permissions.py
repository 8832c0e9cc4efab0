"""Who may open a page or edit a home: a request enters a view, or is turned away before.

Agents edit their own listings, agency admins those of all their agency's agents.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponseBase

from monolith.accounts.models import User

View = Callable[..., HttpResponseBase]


def agent_required(view: View) -> View:
    """Let agents and agency admins in; send strangers to log in, refuse the rest with 403."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user = cast(User, request.user)
        if not user.opens_agents_pages:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def editable_by(user: User) -> Q:
    """Return the condition on rows with an `agent` that ``user``, let in above, may edit."""
    own = Q(agent=user)
    return own | Q(agent__agency=user.agency_id) if is_admin_of(user, user.agency_id) else own


def may_edit(user: User | AnonymousUser, agent: User) -> bool:
    """Whether ``user`` may edit what ``agent`` sells; strangers may ask, too."""
    return isinstance(user, User) and (user == agent or is_admin_of(user, agent.agency_id))


def is_admin_of(user: User, agency_id: int | None) -> bool:
    return user.is_agency_admin and agency_id is not None and user.agency_id == agency_id
