"""The fold: rows and events in, the read model out. Each may come again and changes nothing then.

Records of one key come in their order; of two keys nothing is known, so nothing here asks whether
another row is there already.
"""

from collections.abc import Sequence

from cdc.contracts.envelope import Envelope
from cdc.contracts.events import (
    AccountConfirmed,
    ContactChanged,
    SavedSearchChanged,
    SavedSearchCreated,
    SavedSearchRemoved,
)
from cdc.contracts.sealed import Sealed
from cdc.debezium import UNAVAILABLE, ChangeEvent
from consumers.notifications import matching, rows
from consumers.notifications.models import Favourite, Home, OptOut, Person, SavedSearch
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


def put_search(
    event: SavedSearchCreated | SavedSearchChanged, envelope: Envelope
) -> SavedSearch | None:
    """Keep a saved search as it is now; None when a newer version is here.

    Raises ``PoisonRecord`` for what nobody can have asked.
    """
    known = SavedSearch.objects.filter(pk=event.saved_search_id).first()
    if known and known.version >= envelope.aggregate_version:
        return None
    search = SavedSearch(
        pk=event.saved_search_id,
        account_id=event.account_id,
        criteria=rows.criteria_of(event.criteria),
        frequency=event.frequency,
        version=envelope.aggregate_version,
        since=envelope.timestamp,
    )
    try:
        matching.read(search.criteria)
    except matching.CriteriaBroken as error:
        raise PoisonRecord(str(error)) from error
    search.save()
    return search


def remove_search(event: SavedSearchRemoved) -> None:
    SavedSearch.objects.filter(pk=event.saved_search_id).delete()


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
    everywhere = (Person, Favourite, SavedSearch, OptOut)
    return sum(model.objects.filter(account_id=account_id).delete()[0] for model in everywhere)


def _token(value: str | Sealed | None) -> str:
    return value.token if isinstance(value, Sealed) else ""
