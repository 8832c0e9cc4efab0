"""The second look: a planned alert enters, and is refused when it would no longer be true or
welcome. Between the plan and the mail a home may be sold, or a person may change their mind.
"""

from monolith.alerts.models import MESSAGES, Alert, Change, Kind, What
from monolith.alerts.wishes import wanting
from monolith.errors import NotWanted
from monolith.interests import criteria
from monolith.interests.models import Favourite, Frequency, SavedSearch
from monolith.listings.models import FOR_SALE, Listing


def check(alert: Alert) -> None:
    """Raise ``NotWanted`` with the reason why the mail should not go out; else do nothing."""
    if alert.kind in MESSAGES:
        if not alert.account.is_active:
            raise NotWanted("The person has no account any more.")
        return
    if not wanting(Kind(alert.kind)).filter(pk=alert.account_id).exists():
        raise NotWanted("The person does not want this kind, or has no account any more.")
    if alert.change is None:
        return
    if alert.kind == Kind.MATCH:
        _check_search(alert.saved_search, alert.change.listing)
    else:
        _check_favourite(alert.account_id, alert.change.listing)
    if alert.kind == Kind.STATUS:
        _check_status(alert.change)
    else:
        _check_price(alert.change)


def _check_search(search: SavedSearch | None, home: Listing) -> None:
    if search is None or search.frequency != Frequency.INSTANT:
        raise NotWanted("The saved search asks for it no more.")
    if not criteria.homes(search).filter(pk=home.pk).exists():
        raise NotWanted("The home does not fit the search any more.")


def _check_favourite(account_id: int, home: Listing) -> None:
    if not Favourite.objects.filter(account_id=account_id, listing=home).exists():
        raise NotWanted("The home is no favourite any more.")


def _check_status(change: Change) -> None:
    if change.listing.status != change.new_status:
        raise NotWanted("The status changed again; that has a mail of its own.")


def _check_price(change: Change) -> None:
    if change.listing.status not in FOR_SALE:
        raise NotWanted("The home was sold or withdrawn meanwhile.")
    # Several reductions in a row make one mail: the last one's.
    if change.what == What.REDUCED and change.listing.price != change.new_price:
        raise NotWanted("The price changed again.")
