"""Who hears of a change, and why: keepers, matching searches and choices enter, hearers leave.

Pure. A person hears of a change once, whatever they kept: a favourite goes before a search. The
whole decision is made as the monolith makes it, and only then is it asked whose it is.
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
    found: dict[int, Hearer] = {}
    for hearer in candidates(What(what), keepers, searches):
        if wants(hearer.account_id, hearer.kind):
            found.setdefault(hearer.account_id, hearer)
    return [each for each in found.values() if stamp.handles(each.kind, each.account_id)]


def may_be_the_monoliths(what: str, kind: str, account_id: int, stamp: Stamp) -> bool:
    """Say whether a favourite that is not told here yet would leave the letter to the monolith.

    It would as long as searches have moved for the person and favourites have not.
    """
    is_ours = kind == Kind.MATCH and stamp.handles(kind, account_id)
    return is_ours and not stamp.handles(FAVOURITE_KINDS[What(what)], account_id)


def candidates(
    what: What, keepers: Iterable[int], searches: Iterable[tuple[int, int]]
) -> Iterator[Hearer]:
    """Give everybody whom it concerns and why, what comes first before the others."""
    kind = FAVOURITE_KINDS[what]
    yield from (Hearer(person, kind) for person in keepers)
    # A home that was sold or withdrawn is nobody's match.
    if what != What.MOVED:
        yield from (Hearer(person, Kind.MATCH, search) for person, search in searches)
