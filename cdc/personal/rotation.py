"""After a new master key: every person's key wrapped by it, so that the older one can go.

Enters: the ring as it rests. Leaves: the same keys under the first of `PERSONAL_MASTER_KEYS`,
batch by batch, and how many there were; who stops in the middle goes on by doing it again.
"""

from collections.abc import Iterator
from typing import NamedTuple

from django.db import router, transaction

from cdc.personal import keyring
from cdc.personal.models import PersonKey

_BATCH = 1000


class Rewrapped(NamedTuple):
    """How many keys were looked at, and how many of them another master key had wrapped."""

    keys: int
    anew: int


def rewrap() -> Iterator[Rewrapped]:
    """Wrap anew what needs it; yield each batch's count when it is committed.

    A key that is destroyed meanwhile stays so. Raises ``ImproperlyConfigured`` for a key that no
    master key opens; what was yielded before is kept.
    """
    last = ""
    while True:
        with transaction.atomic(using=router.db_for_write(PersonKey)):
            rows = _lock_after(last)
            anew = [row for row in rows if _change(row)]
            PersonKey.objects.bulk_update(anew, ["wrapped"])
        if not rows:
            return
        last = rows[-1].person
        yield Rewrapped(len(rows), len(anew))


def _lock_after(person: str) -> list[PersonKey]:
    whole = PersonKey.objects.select_for_update().filter(wrapped__isnull=False)
    return list(whole.filter(person__gt=person).order_by("person")[:_BATCH])


def _change(row: PersonKey) -> bool:
    fresh = keyring.wrapped_anew(bytes(row.wrapped or b""), row.person)
    if fresh is not None:
        row.wrapped = fresh
    return fresh is not None
