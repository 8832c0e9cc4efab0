"""The fold: rows and events in, the read model out. Each may come again and changes nothing then.

Records of one key come in their order; of two keys nothing is known, so nothing here asks whether
another row is there already.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from django.db.models import Q

from cdc.contracts.envelope import Envelope
from cdc.contracts.events import (
    AccountConfirmed,
    ContactChanged,
    DigestDue,
)
from cdc.contracts.sealed import Sealed
from cdc.debezium import UNAVAILABLE, ChangeEvent
from consumers.notifications import rows
from consumers.notifications.models import (
    Digest,
    Favourite,
    Home,
    Message,
    OptOut,
    Person,
    SavedSearch,
)
from consumers.runtime.errors import PoisonRecord

_COLUMNS = [field.name for field in Home._meta.fields if not field.primary_key]
_UNTOLD = [name for name in _COLUMNS if name != "description"]


def put_homes(changes: Sequence[ChangeEvent]) -> list[Home]:
    """Keep homes as they are now; give those that there are after all of ``changes``."""
    latest = {rows.key_of(change): rows.row_after(change) for change in changes}
    Home.objects.filter(pk__in=[key for key, row in latest.items() if row is None]).delete()
    there = [row for row in latest.values() if row is not None]
    # A long text that was left alone is not repeated.
    whole = [rows.home_of(row) for row in there if row.get("description") != UNAVAILABLE]
    partly = [rows.home_of(row) for row in there if row.get("description") == UNAVAILABLE]
    for homes, columns in ((whole, _COLUMNS), (partly, _UNTOLD)):
        Home.objects.bulk_create(
            homes, update_conflicts=True, unique_fields=["id"], update_fields=columns
        )
    return whole + partly


def put_favourite(change: ChangeEvent) -> Favourite | None:
    """Keep that somebody keeps a home, or no longer; give a favourite that is new here."""
    row, key = rows.row_after(change), rows.key_of(change)
    found = None if row is None else rows.favourite_of(row, change)
    if found is None:
        Favourite.objects.filter(pk=key).delete()
        return None
    known = Favourite.objects.filter(pk=key).first()
    found.since = known.since if known else found.since
    found.save()
    return None if known else found


def put_search(change: ChangeEvent) -> SavedSearch | None:
    """Keep a saved search as it is now; give one that is not as it was known."""
    row, key = rows.row_after(change), rows.key_of(change)
    if row is None:
        SavedSearch.objects.filter(pk=key).delete()
        return None
    search = rows.search_of(row, change)
    if SavedSearch.objects.filter(pk=key, version__gte=search.version).exists():
        return None
    search.save()
    return search


def put_opt_out(change: ChangeEvent) -> None:
    """Keep that somebody does not want a kind, or since when they want it again."""
    row, key = rows.row_after(change), rows.key_of(change)
    if row is None:
        known = OptOut.objects.filter(pk=key, ended_at=None)
        known.update(ended_at=change.committed_at)
    elif not OptOut.objects.filter(pk=key).exists():
        rows.opt_out_of(row, change).save()


def put_account(change: ChangeEvent) -> None:
    """Keep whether somebody may be written to; of an account that is emptied, nothing."""
    row, key = rows.row_after(change), rows.key_of(change)
    if row is None or rows.is_emptied(row):
        Person.objects.filter(pk=key).delete()
        return
    told = {"is_reachable": rows.is_reachable(row)}
    Person.objects.update_or_create(pk=key, defaults=told)


def put_digest(event: DigestDue, envelope: Envelope) -> Digest:
    """Keep a time at which overviews were due."""
    digest = Digest(
        event_id=envelope.message_id,
        frequency=event.frequency,
        slot=_moment(event.slot),
        since=_moment(event.since),
        handled_by=envelope.handled_by.text(),
    )
    digest.save()
    return digest


def put_contact(event: AccountConfirmed | ContactChanged, envelope: Envelope) -> None:
    """Keep how somebody is reached, sealed as it came."""
    person, _ = Person.objects.get_or_create(pk=event.account_id)
    if envelope.aggregate_version < person.version:
        return
    person.email, person.name = _token(event.email), _token(event.name)
    person.version = envelope.aggregate_version
    person.save()


def forget(account_id: int) -> int:
    """Remove all that is known of somebody; return how many rows went."""
    # What the other side was told goes too: it led to pages that are gone or say less.
    sides = Message.objects.filter(Q(account_id=account_id) | Q(agent_id=account_id))
    everywhere = (Person, Favourite, SavedSearch, OptOut)
    own = [model.objects.filter(account_id=account_id).delete()[0] for model in everywhere]
    return sum(own) + sides.delete()[0]


def _token(value: str | Sealed | None) -> str:
    return value.token if isinstance(value, Sealed) else ""


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise PoisonRecord(f"{text!r:.80} is no time") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
