"""The viewings of a person, for their export and the end of their account.

Those to come are cancelled, so that the other side is told and the hour is free again. The rest
stay without the person: they are the agent's diary, and hold nothing but a home and an hour.
"""

from typing import Any

from django.db.models import Q

from monolith.accounts.models import User
from monolith.viewings import services
from monolith.viewings.models import OPEN, Viewing


def viewings(user: User) -> list[Any]:
    kept = Viewing.objects.filter(account=user).order_by("id")
    return list(kept.values("listing_id", "starts_at", "status", "created_at"))


def forget(user: User) -> None:
    shared = Viewing.objects.filter(Q(account=user) | Q(agent=user), status__in=OPEN)
    for viewing in shared.order_by("pk"):
        services.cancel(viewing.pk, by_agent=viewing.agent_id == user.pk)
    Viewing.objects.filter(account=user).update(account=None)
