"""What somebody keeps, asks for or wants is told after what it would have told them of.

Enters: favourites, searches and words that came by a slower topic. Leaves: what would have been
planned, had they come in time; what was planned is not planned twice.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet

from consumers.notifications import matching
from consumers.notifications.deciding import planning, wishes
from consumers.notifications.ledger.models import Waiting
from consumers.notifications.models import (
    Change,
    Digest,
    Favourite,
    Frequency,
    Home,
    SavedSearch,
    What,
)


def plan_for_favourites(favourites: Sequence[Favourite]) -> None:
    """Plan for people whose favourites are told after what happened to them."""
    keepers: dict[int, list[Favourite]] = defaultdict(list)
    for favourite in favourites:
        keepers[favourite.listing_id].append(favourite)
    for change in _since(favourites).filter(listing_id__in=keepers):
        kept = keepers[change.listing_id]
        late = [each.account_id for each in kept if each.since <= change.happened_at]
        if late and (home := _home_of(change)) and planning.is_to_tell(change):
            for account_id in late:
                planning.plan_for(change, [account_id], _searches_of(account_id, home))


def plan_for_word(account_id: int, since: datetime, listing_id: int | None = None) -> None:
    """Plan for somebody who did not want a kind, or keep a home, when it changed, as is told late.

    What was the monolith's as a favourite may be the service's as a match, and the reverse.
    """
    changes = Change.objects.filter(happened_at__gte=max(since, planning.oldest()))
    for change in changes if listing_id is None else changes.filter(listing_id=listing_id):
        if (home := _home_of(change)) and planning.is_to_tell(change):
            keepers = planning.keepers_of(home, change.happened_at).filter(account_id=account_id)
            planning.plan_for(change, planning.accounts_of(keepers), _searches_of(account_id, home))


def plan_for_searches(searches: Sequence[SavedSearch]) -> None:
    """Plan for people whose searches are told after the homes that they fit."""
    instant = [each for each in searches if each.frequency == Frequency.INSTANT]
    for change in _since(instant).exclude(what=What.MOVED):
        late = [each for each in instant if each.since <= change.happened_at]
        if late and (home := _home_of(change)) and planning.is_to_tell(change):
            _plan_where_fitting(change, home, late)
    others = [each for each in searches if each.frequency != Frequency.INSTANT]
    for digest in Digest.objects.filter(slot__gte=_first(others)) if others else ():
        asking = [each for each in others if each.frequency == digest.frequency]
        late_ones = {each.account_id for each in asking if each.since <= digest.slot}
        if late_ones:
            planning.plan_overviews(digest, late_ones)


def _plan_where_fitting(change: Change, home: Home, searches: Sequence[SavedSearch]) -> None:
    for search in searches:
        if matching.fits(search.criteria, home):
            keepers = planning.keepers_of(home, change.happened_at).filter(
                account_id=search.account_id
            )
            planning.plan_for(
                change, planning.accounts_of(keepers), _searches_of(search.account_id, home)
            )


def _since(interests: Sequence[Favourite | SavedSearch]) -> QuerySet[Change]:
    """Give what happened since the first of them."""
    if not interests:
        return Change.objects.none()
    return Change.objects.filter(happened_at__gte=_first(interests))


def _first(interests: Sequence[Favourite | SavedSearch]) -> datetime:
    return max(min(each.since for each in interests), planning.oldest())


def _home_of(change: Change) -> Home | None:
    # A change that waits for its home is planned for everybody when that comes.
    if Waiting.objects.filter(pk=change.event_id).exists():
        return None
    return Home.objects.filter(pk=change.listing_id).first()


def _searches_of(account_id: int, home: Home) -> list[tuple[int, int]]:
    own = SavedSearch.objects.filter(account_id=account_id, frequency=Frequency.INSTANT)
    fitting = [each.pk for each in own.order_by("pk") if matching.fits(each.criteria, home)]
    return wishes.still_asking([(account_id, number) for number in fitting])
