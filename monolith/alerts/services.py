"""The only code that changes what people want to be told.

Enters: a choice on one's own page, a link from a mail, or what a service was told. Leaves:
opt-outs, or a saved search that tells no more.
"""

from collections.abc import Collection

from django.db import transaction

from monolith.accounts.models import User
from monolith.alerts.links import Subscription
from monolith.alerts.models import Kind, OptOut
from monolith.errors import LinkNotValid
from monolith.interests import services as interests
from monolith.interests.models import Frequency, SavedSearch


@transaction.atomic
def choose(account_id: int, wanted: Collection[str]) -> None:
    """Send the person the ``wanted`` kinds and no others."""
    OptOut.objects.filter(account_id=account_id, kind__in=wanted).delete()
    for kind in Kind.values:
        if kind not in wanted:
            OptOut.objects.get_or_create(account_id=account_id, kind=kind)


def unwanted(account_id: int) -> set[str]:
    return set(OptOut.objects.filter(account_id=account_id).values_list("kind", flat=True))


@transaction.atomic
def wish(account_id: int, kind: str, is_wanted: bool, search_id: int = 0) -> bool:
    """Keep what somebody told another side about a kind, or about one search that they ended.

    Return whether there is such a person.
    """
    people = User.objects.select_for_update().filter(is_active=True)
    if not people.filter(pk=account_id).exists():
        return False
    if search_id:
        _end(account_id, search_id)
    elif is_wanted:
        OptOut.objects.filter(account_id=account_id, kind=kind).delete()
    else:
        OptOut.objects.get_or_create(account_id=account_id, kind=kind)
    return True


@transaction.atomic
def unsubscribe(subscription: Subscription) -> None:
    """End it; ending it twice is fine. Raises ``LinkNotValid`` when the account is gone."""
    # Locked, so that nothing is written for somebody whose account is being erased.
    people = User.objects.select_for_update().filter(is_active=True)
    if not people.filter(pk=subscription.account_id).exists():
        raise LinkNotValid
    if subscription.kind:
        OptOut.objects.get_or_create(account_id=subscription.account_id, kind=subscription.kind)
        return
    _end(subscription.account_id, subscription.search_id)


def _end(account_id: int, search_id: int) -> None:
    # A search that was deleted meanwhile sends nothing either.
    if SavedSearch.objects.filter(pk=search_id, account_id=account_id).exists():
        interests.change_search(account_id, search_id, frequency=Frequency.NONE)
