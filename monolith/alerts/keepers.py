"""Who keeps a home as it changes: a stamp enters, and leaves with their numbers; later, they do.

A person hears of a home as of a favourite, and else as of a match. Where one of the two kinds is a
service's and the other this site's, both must take the same people for keepers, whatever is under
way in other transactions, or comes and goes before either side decides. So it is asked once, in the
transaction of the change.
"""

from dataclasses import replace

from cdc.contracts.events import (
    DomainEvent,
    ListingPublished,
    ListingRepriced,
    ListingStatusChanged,
)
from cdc.contracts.handled_by import Stamp
from monolith.alerts.models import Change, Kind, What
from monolith.alerts.wishes import reachable, wanting
from monolith.interests.models import Favourite

FAVOURITE_KINDS = {
    What.PUBLISHED: Kind.STATUS,
    What.REDUCED: Kind.PRICE,
    What.MOVED: Kind.STATUS,
}


def with_keepers(stamp: str, event: DomainEvent) -> str:
    """Return the stamp, with the keepers if it divides favourites and matches."""
    match event:
        case ListingRepriced(listing_id=home) if event.new_price < event.old_price:
            kind = Kind.PRICE
        # Of any other status no search hears.
        case (
            ListingPublished(listing_id=home)
            | ListingStatusChanged(listing_id=home, old_status="withdrawn")
        ):
            kind = Kind.STATUS
        case _:
            return stamp
    found = Stamp.parse(stamp)
    if found.given.get(kind) == found.given.get(Kind.MATCH):
        return stamp
    kept = Favourite.objects.filter(listing_id=home, account__in=wanting(kind))
    keepers = kept.values_list("account_id", flat=True)
    # Of nobody else is it asked, and the stamp travels far.
    divided = {who for who in keepers if found.handles(kind, who) != found.handles(Kind.MATCH, who)}
    return replace(found, kept=frozenset(divided)).text()


def keepers_of(change: Change) -> list[int]:
    """Return who hears of the change as of a favourite, in order."""
    kind, stamp = FAVOURITE_KINDS[What(change.what)], change.stamp
    # Who keeps it since is told of it by what they asked for then, whoever tells them.
    kept = Favourite.objects.filter(
        listing_id=change.listing_id, added_at__lte=change.happened_at, account__in=wanting(kind)
    )
    found = set(kept.values_list("account_id", flat=True))
    stamped = set(reachable().filter(pk__in=stamp.kept or ()).values_list("pk", flat=True))
    told = {each: stamp.tells_kept(kind, Kind.MATCH, each) for each in found | stamped}
    return sorted(each for each, is_kept in told.items() if is_kept or is_kept is None)
