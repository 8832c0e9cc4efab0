"""Bring people to the site: how many there shall be enters, they and their past leave.

All or nothing, and the same seed brings the same people to the same homes.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import count, islice
from random import Random

from django.db import transaction
from django.db.models import Model

from monolith.accounts.models import User
from monolith.enquiries.models import Enquiry
from monolith.interests.models import Favourite, SavedSearch
from monolith.listings.models import Listing
from monolith.population import copying, habits, people
from monolith.population.habits import Home
from monolith.viewings.models import Viewing

BATCH = 2_500
# The newest homes, which is what people look at.
LOOKED_AT = 50_000
PAST = (Favourite, SavedSearch, Enquiry, Viewing)

Progress = Callable[[int, int], None]
Settler = tuple[User, Random]


def settled() -> int:
    """Return how many of the invented people there are."""
    return User.objects.filter(email__endswith=f"@{people.DOMAIN}").count()


@transaction.atomic
def settle(first: int, last: int, seed: int, progress: Progress) -> None:
    """Bring the people numbered ``first`` to ``last``."""
    homes = _homes()
    settlers = _settlers(first, last, seed)
    written = 0
    while batch := list(islice(settlers, BATCH)):
        copying.copy([user for user, _ in batch])
        for rows in _past(batch, homes):
            copying.copy(rows)
        written += len(batch)
        progress(written, last - first + 1)
    copying.number_on(User, *PAST)


def _homes() -> list[Home]:
    found = Listing.objects.for_sale().order_by("-listed_at", "-id")[:LOOKED_AT]
    return [Home(*row) for row in found.values_list("id", "agent_id")]


def _settlers(first: int, last: int, seed: int) -> Iterator[Settler]:
    ids = count(copying.next_id(User))
    for number in range(first, last + 1):
        random = people.draw(seed, number)
        user = people.person(number, random)
        user.pk = next(ids)
        yield user, random


def _past(batch: Sequence[Settler], homes: Sequence[Home]) -> Iterator[Sequence[Model]]:
    yield [row for user, random in batch for row in habits.searches(user, random)]
    if homes:
        yield [row for user, random in batch for row in habits.favourites(user, homes, random)]
        yield [row for user, random in batch for row in habits.enquiries(user, homes, random)]
        yield [row for user, random in batch for row in habits.viewings(user, homes, random)]
