"""The second look: what is planned enters, and is refused when it is no longer true or welcome.

Between the plan and the letter a home may be sold, or a person may change their mind.
"""

from django.conf import settings
from django.utils import timezone

from consumers.notifications import matching
from consumers.notifications.deciding import messages, wishes
from consumers.notifications.errors import NotNow, NotWanted
from consumers.notifications.ledger.models import Kind, Notification
from consumers.notifications.models import Favourite, Frequency, What
from consumers.notifications.sending import settling
from consumers.notifications.sending.about import About
from consumers.runtime import steady

# Of a drop that a later one takes along.
CHANGED_AGAIN = "The price changed again."


def check(about: About) -> None:
    """Raise ``NotWanted`` with the reason why it should not go out; else do nothing.

    Raises ``Soon`` when that is not known yet.
    """
    _check_age(about.row)
    _check_person(about)
    if about.row.listing_id is not None:
        _check_interest(about)
        _check_truth(about)
    elif about.row.kind == Kind.DIGEST:
        settling.check_news(about.row)
    else:
        messages.check(about.message)


def _check_age(notification: Notification) -> None:
    # What our own fault held up is late, and still true or dropped for another reason.
    if notification.is_unwritten:
        return
    oldest = settings.NOTIFICATIONS.oldest
    if notification.planned_at >= timezone.now() - oldest:
        return
    if notification.planned_at >= steady.earliest() - oldest:
        raise NotNow("The clock leapt ahead.")
    raise NotWanted("It is old by now.")


def _check_person(about: About) -> None:
    if about.person is not None and not about.person.is_reachable:
        raise NotWanted("The person has no account any more.")
    if not wishes.is_wanted(about.row.account_id, about.row.kind, about.row.channel):
        raise NotWanted("The person does not want this kind.")


def _check_interest(about: About) -> None:
    whose, home, search = about.row.account_id, about.home, about.search
    if about.row.kind != Kind.MATCH:
        if not Favourite.objects.filter(account_id=whose, listing_id=home.pk).exists():
            raise NotWanted("The home is no favourite any more.")
        return
    is_asking = search is not None and wishes.still_asking([(whose, search.pk)])
    if search is None or search.frequency != Frequency.INSTANT or not is_asking:
        raise NotWanted("The saved search asks for it no more.")
    if not matching.fits(search.criteria, home):
        raise NotWanted("The home does not fit the search any more.")


def _check_truth(about: About) -> None:
    change, home = about.change, about.home
    if about.row.kind == Kind.STATUS:
        if home.status != change.new_status:
            raise NotWanted("The status changed again; that is told by itself.")
        return
    if not home.is_for_sale:
        raise NotWanted("The home was sold or withdrawn meanwhile.")
    # Several reductions in a row make one letter: the last one's.
    if change.what == What.REDUCED and home.price != change.new_price:
        raise NotWanted(CHANGED_AGAIN)
