"""What stands in the parking lot about one person alone, and goes with them.

Enters: the number of an account. Leaves: their own rows and account's events, taken out of the lot,
dead ones too; what is behind them goes on. What also concerns somebody else stays, and names them
by their number only; so does what nobody can read, until an operator decides about it.
"""

from cdc.contracts.events import AccountDeleted
from cdc.contracts.tables import ACCOUNTS, ALERTS, FAVOURITES, OPT_OUTS, SAVED_SEARCHES
from cdc.debezium import ChangeEvent, MalformedChange, Tombstone
from consumers.runtime.models import ParkedRecord

_TABLES = {each.topic for each in (ACCOUNTS, ALERTS, FAVOURITES, OPT_OUTS, SAVED_SEARCHES)}


def forget(account_id: int) -> int:
    """Take out what is somebody's; return how many records went."""
    events = ParkedRecord.objects.filter(topic=AccountDeleted.topic, key=str(account_id).encode())
    rows = ParkedRecord.objects.filter(topic__in=_TABLES).only("topic", "key", "value")
    theirs = [each.pk for each in rows.iterator() if _whose(each) == account_id]
    return ParkedRecord.objects.filter(pk__in=theirs).delete()[0] + events.delete()[0]


def _whose(parked: ParkedRecord) -> object:
    key, value = (None if part is None else bytes(part) for part in (parked.key, parked.value))
    try:
        change = ChangeEvent.parse(key, value)
    except MalformedChange:
        return None
    if isinstance(change, Tombstone):
        return None
    if parked.topic == ACCOUNTS.topic:
        return change.key.get("id")
    return (change.after or change.before or {}).get("account_id")
