"""A change becomes planned notifications, in the transaction that tells it.

Who hears of it is decided when both are here: the event, and the home as the event left it, which
comes by another topic. Somebody's favourite or search may come late as well, and is then asked
whether it was there in time: whatever the order of the topics, the same people are told.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from cdc.contracts.handled_by import Stamp
from consumers.notifications import matching
from consumers.notifications.deciding import digests, messages, wishes
from consumers.notifications.deciding.hearers import Hearer, hearers, may_be_the_monoliths
from consumers.notifications.endpoints import telling
from consumers.notifications.ledger.models import Notification, Waiting, id_of
from consumers.notifications.ledger.queueing import queue_after_commit
from consumers.notifications.models import (
    Change,
    Digest,
    Favourite,
    Frequency,
    Home,
    Message,
    SavedSearch,
    What,
)
from consumers.notifications.shadow import noting as shadow


def plan_when_known(change: Change) -> None:
    """Plan for everybody, or wait for the home."""
    if not _is_to_tell(change):
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
    if digest.handled_by and digest.slot > _oldest():
        _save(digests.plan(digest, people))


def plan_messages(message: Message) -> None:
    """Plan for both sides of an enquiry or a viewing."""
    if message.handled_by and message.happened_at > _oldest():
        _save(messages.plan(message))


def plan_waiting(homes: Sequence[Home]) -> None:
    """Plan for the changes that waited for ``homes``."""
    here = {home.pk: home for home in homes}
    waiting = Waiting.objects.filter(listing_id__in=here).select_for_update()
    ready = [each for each in waiting if each.version <= here[each.listing_id].version]
    for change in Change.objects.filter(pk__in=[each.event_id for each in ready]):
        _plan_for_all(change, here[change.listing_id])
    Waiting.objects.filter(pk__in=[each.event_id for each in ready]).delete()


def plan_for_late_favourites(favourites: Sequence[Favourite]) -> None:
    """Plan for people whose favourites are told after what happened to them."""
    keepers: dict[int, list[Favourite]] = defaultdict(list)
    for favourite in favourites:
        keepers[favourite.listing_id].append(favourite)
    for change in _since(favourites).filter(listing_id__in=keepers):
        kept = keepers[change.listing_id]
        late = [each.account_id for each in kept if each.since <= change.happened_at]
        if late and (home := _home_of(change)) and _is_to_tell(change):
            for account_id in late:
                _plan(change, [account_id], _searches_of(account_id, home))


def plan_for_late_word(account_id: int, since: datetime, listing_id: int | None = None) -> None:
    """Plan for somebody who did not want a kind, or keep a home, when it changed, as is told late.

    What was the monolith's as a favourite may be the service's as a match, and the reverse.
    """
    changes = Change.objects.filter(happened_at__gte=max(since, _oldest()))
    for change in changes if listing_id is None else changes.filter(listing_id=listing_id):
        if (home := _home_of(change)) and _is_to_tell(change):
            keepers = _keepers(home.pk).filter(account_id=account_id)
            _plan(change, _accounts(keepers), _searches_of(account_id, home))


def plan_for_late_searches(searches: Sequence[SavedSearch]) -> None:
    """Plan for people whose searches are told after the homes that they fit."""
    instant = [each for each in searches if each.frequency == Frequency.INSTANT]
    for change in _since(instant).exclude(what=What.MOVED):
        late = [each for each in instant if each.since <= change.happened_at]
        if late and (home := _home_of(change)) and _is_to_tell(change):
            _plan_for_searches(change, home, late)
    others = [each for each in searches if each.frequency != Frequency.INSTANT]
    for digest in Digest.objects.filter(slot__gte=_first(others)) if others else ():
        asking = [each for each in others if each.frequency == digest.frequency]
        late_ones = {each.account_id for each in asking if each.since <= digest.slot}
        if late_ones:
            plan_overviews(digest, late_ones)


def interested(home: Home, what: str) -> tuple[list[int], list[tuple[int, int]]]:
    """Return who keeps the home, and whose searches show it: a person and a search each."""
    found: Iterable[tuple[int, int]] = ()
    if what != What.MOVED:
        searches = SavedSearch.objects.filter(pk__in=matching.matches(home)).order_by("pk")
        found = wishes.still_asking(list(searches.values_list("account_id", "pk")))
    return _accounts(_keepers(home.pk)), list(found)


def _plan_for_searches(change: Change, home: Home, searches: Sequence[SavedSearch]) -> None:
    for search in searches:
        if matching.fits(search.criteria, home):
            keepers = _keepers(home.pk).filter(account_id=search.account_id)
            _plan(change, _accounts(keepers), _searches_of(search.account_id, home))


def _plan_for_all(change: Change, home: Home) -> None:
    keepers, searches = interested(home, change.what)
    _plan(change, keepers, searches)
    telling.tell_of_home(change, home)


def _plan(change: Change, keepers: list[int], searches: list[tuple[int, int]]) -> None:
    people = {*keepers, *(person for person, _ in searches)}
    stamp, wanted = Stamp.parse(change.handled_by), wishes.of(people)
    planned = [
        _notification(change, hearer, channel)
        for channel, wants in wanted.items()
        for hearer in hearers(change.what, keepers, searches, wants, stamp)
    ]
    for each in planned:
        # The monolith writes mails alone.
        if each.channel == "email" and may_be_the_monoliths(
            change.what, each.kind, each.account_id, stamp
        ):
            each.due_at += settings.NOTIFICATIONS.settling
    _save(planned)
    if shadow.is_on():
        wants = wanted["email"]
        shadow.note(change, hearers(change.what, keepers, searches, wants, shadow.EVERYBODY))


def _save(planned: Sequence[Notification]) -> None:
    Notification.objects.bulk_create(planned, batch_size=1000, ignore_conflicts=True)
    now = timezone.now()
    queue_after_commit([each.pk for each in planned if each.due_at <= now])
    soon = now + settings.NOTIFICATIONS.settling
    settling = [each.pk for each in planned if now < each.due_at <= soon]
    queue_after_commit(settling, settings.NOTIFICATIONS.settling)


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


def _is_to_tell(change: Change) -> bool:
    """Say whether it is anybody's of the service, and still news."""
    if change.happened_at <= _oldest():
        return False
    return bool(change.handled_by) or telling.is_listened_to(change.what) or shadow.is_on()


def _since(interests: Sequence[Favourite | SavedSearch]) -> QuerySet[Change]:
    """Give what happened since the first of them."""
    if not interests:
        return Change.objects.none()
    return Change.objects.filter(happened_at__gte=_first(interests))


def _first(interests: Sequence[Favourite | SavedSearch]) -> datetime:
    return max(min(each.since for each in interests), _oldest())


def _oldest() -> datetime:
    return timezone.now() - settings.NOTIFICATIONS.oldest


def _home_of(change: Change) -> Home | None:
    # A change that waits for its home is planned for everybody when that comes.
    if Waiting.objects.filter(pk=change.event_id).exists():
        return None
    return Home.objects.filter(pk=change.listing_id).first()


def _keepers(listing_id: int) -> QuerySet[Favourite]:
    return Favourite.objects.filter(listing_id=listing_id).order_by("account_id")


def _accounts(favourites: QuerySet[Favourite]) -> list[int]:
    return list(favourites.values_list("account_id", flat=True))


def _searches_of(account_id: int, home: Home) -> list[tuple[int, int]]:
    own = SavedSearch.objects.filter(account_id=account_id, frequency=Frequency.INSTANT)
    fitting = [each.pk for each in own.order_by("pk") if matching.fits(each.criteria, home)]
    return wishes.still_asking([(account_id, number) for number in fitting])
