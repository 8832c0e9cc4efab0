"""Who stands where towards an offer: a user enters; a role leaves, or the offers they answer."""

from collections.abc import Container

from django.db.models import Q

from monolith.accounts.models import User
from monolith.accounts.permissions import editable_by, may_edit
from monolith.errors import NotTheirStep
from monolith.listings.models import Listing
from monolith.purchases.models import Offer, Role


def role_of(user: User, offer: Offer) -> Role | None:
    """Return the one role of ``user``; for who has none, the offer does not exist."""
    # First: nobody answers their own offer, whatever else they became since.
    if user.pk == offer.buyer_id:
        return Role.BUYER
    if (user.is_agency_admin or user.is_agent) and may_edit(user, offer.listing.agent):
        return Role.AGENT
    return Role.STAFF if user.is_staff else None


def require(user: User, offer: Offer, roles: Container[Role]) -> Role:
    """Return the role of ``user`` if it is one of these; raises ``NotTheirStep``."""
    role = role_of(user, offer)
    if role is None or role not in roles:
        raise NotTheirStep
    return role


def answered_by(user: User) -> Q:
    """Return the condition on offers that ``user``, an agent or agency admin, answers."""
    return Q(listing__in=Listing.objects.filter(editable_by(user)))
