"""What people find when they look around: the listings enter; the homes of each kind leave.

The kinds that somebody bought are in the order of their numbers, so that homes added later change
nobody's purchase.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from monolith.listings.models import Listing, Status
from monolith.purchases.models import Purchase

# The newest homes, which is what people look at.
LOOKED_AT = 50_000


@dataclass(frozen=True, slots=True)
class Home:
    id: int
    agent_id: int
    price: int
    listed_at: datetime
    status: str


@dataclass(frozen=True, slots=True)
class Market:
    for_sale: Sequence[Home]
    pending: Sequence[Home]
    sold: Sequence[Home]
    # Homes with a purchase already: nobody else is in it.
    taken: frozenset[int]


def look_around() -> Market:
    newest = Listing.objects.for_sale().order_by("-listed_at", "-id")
    return Market(
        for_sale=_homes(newest[:LOOKED_AT]),
        pending=_homes(Listing.objects.filter(status=Status.PENDING).order_by("id")),
        sold=_homes(Listing.objects.filter(status=Status.SOLD).order_by("id")),
        taken=frozenset(Purchase.objects.values_list("listing_id", flat=True)),
    )


def _homes(listings: QuerySet[Listing]) -> list[Home]:
    names = ("id", "agent_id", "price", "listed_at", "status")
    return [Home(*row) for row in listings.values_list(*names)]
