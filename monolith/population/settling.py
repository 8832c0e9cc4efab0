"""Bring people to the site: how many there shall be enters, they and their past leave.

All or nothing, and the same seed brings the same people to the same homes.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import count, islice
from random import Random
from typing import NamedTuple

from django.db import transaction
from django.db.models import Model

from monolith.accounts.models import User
from monolith.enquiries.models import Enquiry, Reply
from monolith.interests.models import Favourite, SavedSearch
from monolith.population import copying, habits, people
from monolith.population.deals import deals
from monolith.population.market import Market, look_around
from monolith.population.papers import TABLES, Office
from monolith.viewings.models import Viewing

BATCH = 2_500
PAST = (Favourite, SavedSearch, Enquiry, Reply, Viewing, *TABLES)

Progress = Callable[[int, int], None]


class Settler(NamedTuple):
    number: int
    user: User
    random: Random


def settled() -> int:
    """Return how many of the invented people there are."""
    return User.objects.filter(email__endswith=f"@{people.DOMAIN}").count()


@transaction.atomic
def settle(first: int, last: int, seed: int, progress: Progress) -> None:
    """Bring the people numbered ``first`` to ``last``."""
    past = _Past(look_around())
    settlers = _settlers(first, last, seed)
    written = 0
    while batch := list(islice(settlers, BATCH)):
        copying.copy([settler.user for settler in batch])
        for rows in past.of(batch):
            copying.copy(rows)
        written += len(batch)
        progress(written, last - first + 1)
    copying.number_on(User, *PAST)


def _settlers(first: int, last: int, seed: int) -> Iterator[Settler]:
    ids = count(copying.next_id(User))
    for number in range(first, last + 1):
        random = people.draw(seed, number)
        user = people.person(number, random)
        user.pk = next(ids)
        yield Settler(number, user, random)


class _Past:
    """What people did, table by table."""

    def __init__(self, market: Market) -> None:
        self._market, self._office = market, Office()
        self._agents = {home.id: home.agent_id for home in market.for_sale}
        self._enquiries = count(copying.next_id(Enquiry))

    def of(self, batch: Sequence[Settler]) -> Iterator[Sequence[Model]]:
        homes = self._market.for_sale
        yield [row for _, user, random in batch for row in habits.searches(user, random)]
        if not homes:
            return
        yield [row for _, user, random in batch for row in habits.favourites(user, homes, random)]
        asked = [row for _, user, random in batch for row in habits.enquiries(user, homes, random)]
        for enquiry in asked:
            enquiry.pk = next(self._enquiries)
        yield asked
        yield list(habits.replies(asked, self._agents))
        yield [row for _, user, random in batch for row in habits.viewings(user, homes, random)]
        made = [deal for n, user, random in batch for deal in deals(user, n, self._market, random)]
        yield from self._office.file(made)
