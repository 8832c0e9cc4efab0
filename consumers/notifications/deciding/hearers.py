"""Who hears of a change, and why: keepers, matching searches and choices enter, hearers leave.

Pure. A person hears of a change once, whatever they kept: a favourite goes before a search. The
whole decision is made as the monolith makes it, and only then is it asked whose it is. Of somebody
whose favourites and matches are different sides' the stamp says whether the home was a favourite.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from cdc.contracts.handled_by import Stamp
from consumers.notifications.ledger.models import Kind
from consumers.notifications.models import What

FAVOURITE_KINDS = {What.PUBLISHED: Kind.STATUS, What.REDUCED: Kind.PRICE, What.MOVED: Kind.STATUS}
# Whether a person wants a kind by the channel that it is decided for.
Wants = Callable[[int, str], bool]


@dataclass(frozen=True, slots=True)
class Hearer:
    """Somebody who is to be told, and for which reason."""

    account_id: int
    kind: Kind
    saved_search_id: int | None = None


def hearers(
    what: str,
    keepers: Iterable[int],
    searches: Iterable[tuple[int, int]],
    wants: Wants,
    stamp: Stamp,
) -> list[Hearer]:
    """Give those of the service's; ``searches`` are pairs of a person and a search, in order."""
    found = everybody(what, keepers, searches, wants, stamp)
    return [each for each in found if stamp.handles(each.kind, each.account_id)]


def everybody(
    what: str,
    keepers: Iterable[int],
    searches: Iterable[tuple[int, int]],
    wants: Wants,
    stamp: Stamp,
) -> Iterable[Hearer]:
    """Give those of both sides."""
    found: dict[int, Hearer] = {}
    kind = FAVOURITE_KINDS[What(what)]
    for hearer in candidates(What(what), keepers, searches):
        is_kept = stamp.tells_kept(kind, Kind.MATCH, hearer.account_id)
        is_other = is_kept is (hearer.kind == Kind.MATCH)
        if not is_other and wants(hearer.account_id, hearer.kind):
            found.setdefault(hearer.account_id, hearer)
    return found.values()


def candidates(
    what: What, keepers: Iterable[int], searches: Iterable[tuple[int, int]]
) -> Iterator[Hearer]:
    """Give everybody whom it concerns and why, what comes first before the others."""
    kind = FAVOURITE_KINDS[what]
    yield from (Hearer(person, kind) for person in keepers)
    # A home that was sold or withdrawn is nobody's match.
    if what != What.MOVED:
        yield from (Hearer(person, Kind.MATCH, search) for person, search in searches)
