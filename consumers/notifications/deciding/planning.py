"""A change becomes planned notifications, in the transaction that tells it.

Who hears of it is decided when both are here: the event, and the home as the event left it, which
comes by another topic. What somebody keeps or asks for may come late as well (`late.py`): whatever
the order of the topics, the same people are told.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from cdc.contracts.handled_by import Stamp
from cdc.contracts.notification_ids import id_of
from consumers.notifications import matching
from consumers.notifications.deciding import digests, messages, wishes
from consumers.notifications.deciding.hearers import Hearer, everybody, hearers
from consumers.notifications.endpoints import telling
from consumers.notifications.ledger import erased
from consumers.notifications.ledger.models import Notification, Waiting
from consumers.notifications.ledger.queueing import queue_after_commit
from consumers.notifications.models import (
    Change,
    Digest,
    Favourite,
    Home,
    Message,
    SavedSearch,
    What,
)
from consumers.notifications.shadow import noting as shadow
from consumers.runtime import steady


def plan_when_known(change: Change) -> None:
    """Plan for everybody, or wait for the home."""
    if not is_to_tell(change):
        return
    home = Home.objects.filter(pk=change.listing_id, version__gte=change.version).first()
    if home is None:
        Waiting.objects.get_or_create(
            event_id=change.event_id,
            defaults={"listing_id": change.listing_id, "version": change.version},
        )
        return
    _plan_for_all(change, home)


def plan_overviews(digest: Digest, people: Iterable[int] | None = None) -> None:
    """Plan overviews for everybody who asks for them, or for some."""
    if digest.handled_by and digest.slot > oldest():
        _save(digests.plan(digest, people))


def plan_messages(message: Message) -> None:
    """Plan for both sides of an enquiry or a viewing."""
    if message.handled_by and message.happened_at > oldest():
        _save(messages.plan(message))


def plan_waiting(homes: Sequence[Home]) -> None:
    """Plan for the changes that waited for ``homes``."""
    here = {home.pk: home for home in homes}
    waiting = Waiting.objects.filter(listing_id__in=here).select_for_update()
    ready = [each for each in waiting if each.version <= here[each.listing_id].version]
    for change in Change.objects.filter(pk__in=[each.event_id for each in ready]):
        _plan_for_all(change, here[change.listing_id])
    Waiting.objects.filter(pk__in=[each.event_id for each in ready]).delete()


def plan_for(change: Change, keepers: list[int], searches: list[tuple[int, int]]) -> None:
    """Plan for these people, each with what they keep or the search that shows the home."""
    people = {*keepers, *(person for person, _ in searches)}
    stamp, wanted = Stamp.parse(change.handled_by), wishes.of(people)
    # The monolith writes mails alone: of the rest nothing is divided.
    undivided = replace(stamp, kept=None)
    _save(
        [
            _notification(change, hearer, channel)
            for channel, wants in wanted.items()
            for hearer in hearers(
                change.what,
                keepers,
                searches,
                wants,
                stamp if channel == "email" else undivided,
            )
        ]
    )
    if shadow.is_on():
        told = everybody(change.what, keepers, searches, wanted["email"], stamp)
        shadow.note(change, told)


def interested(home: Home, what: str, at: datetime) -> tuple[list[int], list[tuple[int, int]]]:
    """Return who kept the home, and whose searches show it: a person and a search each."""
    found: Iterable[tuple[int, int]] = ()
    if what != What.MOVED:
        searches = SavedSearch.objects.filter(pk__in=matching.matches(home)).order_by("pk")
        found = wishes.still_asking(list(searches.values_list("account_id", "pk")))
    return accounts_of(keepers_of(home, at)), list(found)


def is_to_tell(change: Change) -> bool:
    """Say whether it is anybody's of the service, and still news."""
    if change.happened_at <= oldest():
        return False
    return bool(change.handled_by) or telling.is_listened_to(change.what) or shadow.is_on()


def oldest() -> datetime:
    """Return since when something is news."""
    return steady.earliest() - settings.NOTIFICATIONS.oldest


def keepers_of(home: Home, at: datetime) -> QuerySet[Favourite]:
    """Give the favourites that the home was; the monolith asks the same, whenever it decides."""
    kept = Favourite.objects.filter(listing_id=home.pk, since__lte=at)
    return kept.order_by("account_id")


def accounts_of(favourites: QuerySet[Favourite]) -> list[int]:
    """Return whose they are."""
    return list(favourites.values_list("account_id", flat=True))


def _plan_for_all(change: Change, home: Home) -> None:
    keepers, searches = interested(home, change.what, change.happened_at)
    plan_for(change, keepers, searches)
    telling.tell_of_home(change, home)


def _save(found: Sequence[Notification]) -> None:
    # Somebody may be erased since what they keep was read.
    living = erased.living(each.account_id for each in found)
    planned = [each for each in found if each.account_id in living]
    Notification.objects.bulk_create(planned, batch_size=1000, ignore_conflicts=True)
    now = timezone.now()
    queue_after_commit([each.pk for each in planned if each.due_at <= now])


def _notification(change: Change, hearer: Hearer, channel: str) -> Notification:
    return Notification(
        id=id_of(change.event_id, hearer.account_id, hearer.kind, channel),
        event_id=change.event_id,
        account_id=hearer.account_id,
        kind=hearer.kind,
        channel=channel,
        listing_id=change.listing_id,
        saved_search_id=hearer.saved_search_id,
    )
