"""The fold: rows and events in, the read model out. Each may come again and changes nothing then.

Records of one key come in their order; of two keys nothing is known, so nothing here asks whether
another row is there already.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TypeVar

from django.db.models import Model, Q

from cdc.contracts.envelope import Envelope
from cdc.contracts.events import (
    AccountConfirmed,
    ContactChanged,
    DigestDue,
)
from cdc.contracts.handled_by import Stamp
from cdc.contracts.sealed import Sealed
from cdc.debezium import UNAVAILABLE, ChangeEvent
from consumers.notifications import rows
from consumers.notifications.ledger import erased
from consumers.notifications.ledger.models import Kind
from consumers.notifications.models import (
    Change,
    Digest,
    Favourite,
    Home,
    Message,
    OptOut,
    Person,
    SavedSearch,
)
from consumers.runtime.errors import PoisonRecord

Owned = TypeVar("Owned", Person, Favourite, SavedSearch)
_COLUMNS = [field.name for field in Home._meta.fields if not field.primary_key]
_SEARCH = [field.name for field in SavedSearch._meta.fields if not field.primary_key]
_UNTOLD = [name for name in _COLUMNS if name != "description"]


def put_homes(changes: Sequence[ChangeEvent]) -> list[Home]:
    """Keep homes as they are now; give those that there are after all of ``changes``."""
    latest = {rows.key_of(change): rows.row_after(change) for change in changes}
    _delete(Home, latest)
    there = [row for row in latest.values() if row is not None]
    # A long text that was left alone is not repeated.
    whole = [rows.home_of(row) for row in there if row.get("description") != UNAVAILABLE]
    partly = [rows.home_of(row) for row in there if row.get("description") == UNAVAILABLE]
    for homes, columns in ((whole, _COLUMNS), (partly, _UNTOLD)):
        _put(homes, columns)
    return whole + partly


def put_favourites(changes: Sequence[ChangeEvent]) -> list[Favourite]:
    """Keep that people keep homes, or no longer; give the favourites that are new here."""
    latest: dict[int, Favourite | None] = {}
    for change in changes:
        row, key = rows.row_after(change), rows.key_of(change)
        found = None if row is None else rows.favourite_of(row, change)
        if found and (earlier := latest.get(key)):
            found.since = earlier.since
        latest[key] = found
    there = _of_the_living(latest.values())
    _delete(Favourite, latest)
    known = set(Favourite.objects.filter(pk__in=latest).values_list("pk", flat=True))
    # Since when is what was told first.
    _put(there, ["account_id", "listing_id"])
    return [each for each in there if each.pk not in known]


def ended_favourites(changes: Sequence[ChangeEvent]) -> list[tuple[Favourite, datetime]]:
    """Give the favourites that ``changes`` will end, and since when."""
    ended = {rows.key_of(change): change.committed_at for change in changes if change.is_deletion}
    found = _of_the_living(Favourite.objects.filter(pk__in=ended))
    return [(each, ended[each.pk]) for each in found]


def put_searches(changes: Sequence[ChangeEvent]) -> list[SavedSearch]:
    """Keep saved searches as they are now; give, in order, what was not known of them."""
    latest: dict[int, SavedSearch | None] = {}
    news = []
    versions = _versions(map(rows.key_of, changes))
    for change in changes:
        row, key = rows.row_after(change), rows.key_of(change)
        search = None if row is None else rows.search_of(row, change)
        if search is None:
            latest[key] = None
            versions.pop(key, None)
        elif search.version > versions.get(key, -1):
            latest[key], versions[key] = search, search.version
            news.append(search)
    there = _of_the_living(latest.values())
    _delete(SavedSearch, latest)
    _put(there, _SEARCH)
    return _of_the_living(news)


def put_opt_out(change: ChangeEvent) -> OptOut | None:
    """Keep that somebody does not want a kind, or since when they want it again; give news."""
    row, known = rows.row_after(change), OptOut.objects.filter(pk=rows.key_of(change)).first()
    if row is not None and known is None:
        known = rows.opt_out_of(row, change)
    elif row is None and known is not None and known.ended_at is None:
        known.ended_at = change.committed_at
    else:
        return None
    if not erased.is_living(known.account_id):
        return None
    known.save()
    return known


def put_accounts(changes: Sequence[ChangeEvent]) -> None:
    """Keep whether people may be written to; of an account that is emptied, nothing."""
    latest = {rows.key_of(change): rows.person_of(change) for change in changes}
    there = _of_the_living(latest.values())
    _delete(Person, latest)
    _put(there, ["is_reachable"])


def put_digest(event: DigestDue, envelope: Envelope) -> Digest:
    """Keep a time at which overviews were due."""
    digest = Digest(
        event_id=envelope.message_id,
        frequency=event.frequency,
        slot=_moment(event.slot),
        since=_moment(event.since),
        handled_by=_cleared(envelope.handled_by.text()),
    )
    digest.save()
    return digest


def put_contacts(told: Sequence[tuple[AccountConfirmed | ContactChanged, Envelope]]) -> None:
    """Keep how people are reached, sealed as it came."""
    whose = {event.account_id for event, _ in told}
    known = dict(Person.objects.filter(pk__in=whose).values_list("pk", "version"))
    latest: dict[int, Person] = {}
    for event, envelope in told:
        version = envelope.aggregate_version
        if version >= known.get(event.account_id, 0):
            known[event.account_id] = version
            latest[event.account_id] = Person(
                account_id=event.account_id,
                email=_token(event.email),
                name=_token(event.name),
                version=version,
            )
    _put(_of_the_living(latest.values()), ["email", "name", "version"])


def put_change(change: Change) -> None:
    """Keep what happened to a home."""
    change.handled_by = _cleared(change.handled_by)
    change.save()


def put_message(message: Message) -> bool:
    """Keep what the two sides are told; return False, and keep nothing, if nobody is to be told.

    Of a viewing that is who is left: what somebody calls off who goes, the other one hears.
    """
    sides = {each for each in (message.agent_id, message.account_id) if each is not None}
    living = erased.living(sides)
    if not living or (living != sides and message.kind != Kind.VIEWING):
        return False
    message.agent_id = message.agent_id if message.agent_id in living else None
    message.account_id = message.account_id if message.account_id in living else None
    message.handled_by = _cleared(message.handled_by)
    message.save()
    return True


def forget(account_id: int) -> int:
    """Remove all that is known of somebody; return how many rows went."""
    everywhere = (Person, Favourite, SavedSearch, OptOut)
    own = [model.objects.filter(account_id=account_id).delete()[0] for model in everywhere]
    _clear_stamps(account_id)
    return sum(own) + _forget_side(account_id)


def _forget_side(account_id: int) -> int:
    """Leave a viewing to the other side, which may still have to hear that it is cancelled.

    What an enquiry told the other side goes too: it led to pages that are gone or say less.
    """
    viewings = Message.objects.filter(kind=Kind.VIEWING)
    visited = viewings.filter(account_id=account_id).exclude(agent_id=account_id)
    shown = viewings.filter(agent_id=account_id).exclude(account_id=account_id)
    blanked = visited.exclude(agent_id=None).update(account_id=None)
    blanked += shown.exclude(account_id=None).update(agent_id=None)
    rest = Message.objects.filter(Q(account_id=account_id) | Q(agent_id=account_id))
    return blanked + rest.delete()[0]


def _clear_stamps(account_id: int) -> None:
    """Take somebody out of the stamps of what is news for others."""
    for model in (Change, Digest, Message):
        # Their number may stand there as somebody else's digits, or as a bucket's.
        stamped = model._default_manager.filter(handled_by__contains=str(account_id))
        for text in stamped.values_list("handled_by", flat=True).distinct():
            stamp = Stamp.parse(text)
            if account_id in stamp.named():
                stamped.filter(handled_by=text).update(
                    handled_by=stamp.without([account_id]).text()
                )


def _cleared(stamp: str) -> str:
    return erased.without_erased(Stamp.parse(stamp)).text() if "accounts" in stamp else stamp


def _of_the_living(found: Iterable[Owned | None]) -> list[Owned]:
    """Leave out what is somebody's who was erased: it was told late.

    Asked before a row is locked, as an erasure that is under way goes through them all.
    """
    there = [each for each in found if each is not None]
    living = erased.living(each.account_id for each in there)
    return [each for each in there if each.account_id in living]


def _versions(searches: Iterable[int]) -> dict[int, int]:
    known = SavedSearch.objects.filter(pk__in=set(searches))
    return dict(known.values_list("pk", "version"))


def _delete(model: type[Model], latest: Mapping[int, object | None]) -> None:
    """Delete those of which nothing is left."""
    gone = [key for key, row in latest.items() if row is None]
    if gone:
        model._default_manager.filter(pk__in=gone).delete()


def _put(found: Sequence[Model], columns: Sequence[str]) -> None:
    """Write new rows of one table, and these columns of those that are there."""
    if found:
        # In one order, so that two that write the same rows never wait for each other.
        type(found[0])._default_manager.bulk_create(
            sorted(found, key=lambda each: each.pk),
            update_conflicts=True,
            unique_fields=["pk"],
            update_fields=columns,
        )


def _token(value: str | Sealed | None) -> str:
    return value.token if isinstance(value, Sealed) else ""


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise PoisonRecord(f"{text!r:.80} is no time") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
