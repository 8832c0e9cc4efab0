"""The second look: what is planned enters, and is refused when it is no longer true or welcome.

Between the plan and the letter a home may be sold, or a person may change their mind.
"""

from django.conf import settings
from django.utils import timezone

from consumers.notifications import matching, messages, wishes
from consumers.notifications.errors import NotWanted
from consumers.notifications.ledger.models import Kind, Notification
from consumers.notifications.models import (
    Change,
    Favourite,
    Frequency,
    Home,
    Message,
    Person,
    SavedSearch,
    What,
)

# Of a drop that a later one takes along.
CHANGED_AGAIN = "The price changed again."


def check(notification: Notification) -> None:
    """Raise ``NotWanted`` with the reason why it should not go out; else do nothing."""
    _check_age(notification)
    _check_person(notification)
    if notification.listing_id is not None:
        change = Change.objects.filter(pk=notification.event_id).first()
        home = Home.objects.filter(pk=notification.listing_id).first()
        if change is None or home is None:
            raise NotWanted("The home is gone.")
        _check_interest(notification, home)
        _check_truth(notification, change, home)
    elif message := Message.objects.filter(pk=notification.event_id).first():
        messages.check(message)


def _check_age(notification: Notification) -> None:
    if notification.planned_at < timezone.now() - settings.NOTIFICATIONS.oldest:
        raise NotWanted("It is old by now.")


def _check_person(notification: Notification) -> None:
    whose = notification.account_id
    if Person.objects.filter(pk=whose, is_reachable=False).exists():
        raise NotWanted("The person has no account any more.")
    if not wishes.is_wanted(whose, notification.kind, notification.channel):
        raise NotWanted("The person does not want this kind.")


def _check_interest(notification: Notification, home: Home) -> None:
    whose = notification.account_id
    if notification.kind != Kind.MATCH:
        if not Favourite.objects.filter(account_id=whose, listing_id=home.pk).exists():
            raise NotWanted("The home is no favourite any more.")
        return
    search = SavedSearch.objects.filter(pk=notification.saved_search_id or 0).first()
    is_asking = search is not None and wishes.still_asking([(whose, search.pk)])
    if search is None or search.frequency != Frequency.INSTANT or not is_asking:
        raise NotWanted("The saved search asks for it no more.")
    if not matching.fits(search.criteria, home):
        raise NotWanted("The home does not fit the search any more.")


def _check_truth(notification: Notification, change: Change, home: Home) -> None:
    if notification.kind == Kind.STATUS:
        if home.status != change.new_status:
            raise NotWanted("The status changed again; that is told by itself.")
        return
    if not home.is_for_sale:
        raise NotWanted("The home was sold or withdrawn meanwhile.")
    # Several reductions in a row make one letter: the last one's.
    if change.what == What.REDUCED and home.price != change.new_price:
        raise NotWanted(CHANGED_AGAIN)
