"""The searches in memory follow their table: a home enters, the numbers of searches leave.

Each process has all searches, whichever process was told of them: before a home is matched, the
rows are read that were written since the last look. A row carries the transaction that wrote it,
and whatever an open transaction might still write is looked at again; so is what this process
wrote and may have to take back. Of a search that was deleted the number may be given: whoever
asks for its row finds none. Those are looked for once half as many rows were read as there are, so
that a process that lives for months holds no more than it must; should a deletion be taken back, it
is told again, here or elsewhere.
"""

import threading
from typing import Any

from django.db import connection
from django.db.models import Q

from consumers.notifications.matching.fitting import read, text_of
from consumers.notifications.matching.shelves import Shelves
from consumers.notifications.models import Frequency, Home, SavedSearch

# The oldest transaction that is still open, and which table the name stands for: a rebuild puts
# another one in its place.
_STATE = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint, %s::regclass::oid::bigint"


# After fewer rows nobody looks which are gone.
_FEWEST = 1000


class Kept:
    """All searches that want to hear at once."""

    def __init__(self, fewest: int = _FEWEST) -> None:
        self._fewest = fewest
        # Rows that were read since it was looked which are gone.
        self._news = 0
        # Lanes match at the same time.
        self._lock = threading.Lock()
        self._shelves = Shelves()
        self._table = self._since = 0
        self._uncertain: set[int] = set()

    def __len__(self) -> int:
        return len(self._shelves)

    def matches(self, home: Home) -> list[int]:
        """Return the numbers of the searches that show ``home``, in order."""
        with self._lock:
            self._read()
            return self._shelves.fitting(home, text_of(home))

    def _read(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(_STATE, [SavedSearch._meta.db_table])
            oldest_open, table = cursor.fetchone()
        if table != self._table:
            self._shelves, self._table, self._since = Shelves(), table, 0
            self._uncertain = set()
        written = Q(written_by__gte=self._since) | Q(pk__in=self._uncertain)
        rows = SavedSearch.objects.filter(written)
        columns = ("pk", "frequency", "criteria", "written_by")
        found = list(rows.values_list(*columns).iterator())
        for number in self._uncertain - {number for number, *_ in found}:
            self._shelves.remove(number)
        for number, frequency, criteria, _ in found:
            self._keep(number, frequency, criteria)
        self._uncertain = {number for number, *_, by in found if by >= oldest_open}
        # At first they all are, and there.
        self._news += len(found) if self._since else 0
        self._since = oldest_open
        if self._news > max(self._fewest, len(self) // 2):
            self._forget_the_gone()

    def _forget_the_gone(self) -> None:
        there = SavedSearch.objects.filter(frequency=Frequency.INSTANT)
        self._shelves.keep_only(set(there.values_list("pk", flat=True).iterator()))
        self._news = 0

    def _keep(self, number: int, frequency: str, criteria: dict[str, Any]) -> None:
        if frequency == Frequency.INSTANT:
            self._shelves.put(number, read(criteria))
        else:
            self._shelves.remove(number)


_kept = Kept()


def matches(home: Home) -> list[int]:
    """Return the numbers of the searches that want to hear of ``home`` at once, in order."""
    return _kept.matches(home)
