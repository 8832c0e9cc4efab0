"""Who would be told what about a home now, and who would not, and why: for whoever operates this.

The same deciding as of a real change, with everything given to the service; nothing is planned.
"""

from collections.abc import Iterator
from typing import NamedTuple

from consumers.notifications import matching, wishes
from consumers.notifications.deciding import FAVOURITE_KINDS
from consumers.notifications.ledger.models import Kind
from consumers.notifications.models import Favourite, Home, Person, SavedSearch, What


class Told(NamedTuple):
    """A reason to tell somebody, and what became of it."""

    account_id: int
    kind: str
    because: str
    outcome: str


def preview(home: Home, what: What) -> list[Told]:
    """Return every reason, person by person, a favourite before searches."""
    reasons = sorted(_reasons(home, what), key=lambda each: each[0])
    people = {account_id for account_id, *_ in reasons}
    wants, reachable = wishes.of(people)["email"], _reachable(people)
    told: dict[int, Told] = {}
    every = []
    for account_id, kind, because in reasons:
        outcome = "told"
        if not wants(account_id, kind):
            outcome = "does not want this kind"
        elif account_id in told:
            outcome = f"hears of it as {told[account_id].kind}"
        elif account_id not in reachable:
            outcome = "has no address that may be written to"
        each = Told(account_id, kind, because, outcome)
        if wants(account_id, kind):
            told.setdefault(account_id, each)
        every.append(each)
    return every


def _reasons(home: Home, what: What) -> Iterator[tuple[int, Kind, str]]:
    kept = Favourite.objects.filter(listing_id=home.pk).order_by("account_id")
    for account_id in kept.values_list("account_id", flat=True):
        yield account_id, FAVOURITE_KINDS[what], "keeps the home"
    if what != What.MOVED:
        searches = SavedSearch.objects.filter(pk__in=matching.matches(home)).order_by("pk")
        for account_id, number in searches.values_list("account_id", "pk"):
            yield account_id, Kind.MATCH, f"search {number} fits"


def _reachable(people: set[int]) -> set[int]:
    known = Person.objects.filter(pk__in=people, is_reachable=True).exclude(email="")
    return set(known.values_list("pk", flat=True))
