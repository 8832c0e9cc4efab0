"""Who was erased: an account's number stays, by itself, so that what comes late finds it.

Enters: numbers of accounts. Leaves: those about whom rows may be written. The monolith keeps the
number of an account that was emptied as well; here and there it leads to nothing any more.
"""

from collections.abc import Iterable

from django.db import connection

from cdc.contracts.handled_by import Stamp
from consumers.notifications.ledger.models import Erased

_ERASING = 7_387


def living(people: Iterable[int]) -> set[int]:
    """Return those who were not erased, and are not before the caller's transaction ends."""
    asked = set(people)
    if not asked:
        return asked
    # Taken first: an erasure that is under way is over, and seen by the next statement.
    _lock("pg_advisory_xact_lock_shared")
    return asked - set(Erased.objects.filter(pk__in=asked).values_list("pk", flat=True))


def is_living(account_id: int) -> bool:
    """Say whether they were not erased, and are not before the caller's transaction ends."""
    return account_id in living([account_id])


def without_erased(stamp: Stamp) -> Stamp:
    """Return the stamp with nobody in it who was erased."""
    named = stamp.named()
    return stamp.without(named - living(named))


def bury(account_id: int) -> None:
    """Keep that the person was erased, once all who write about them now are done."""
    _lock("pg_advisory_xact_lock")
    Erased.objects.get_or_create(account_id=account_id)


def _lock(how: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {how}(%s)", [_ERASING])
