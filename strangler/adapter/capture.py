"""How far the log is captured: whether what was written by now can be in the topics.

On the line: a write that no cookie can name -> where PostgreSQL's log ends -> the slot by which
the connector of the tables reads confirms that place. Enters: positions, in bytes of the log.
Leaves: yes, or not yet. A connector confirms only what its topics hold.
"""

from dataclasses import dataclass
from typing import Protocol

from django.db import connections

# As bytes, which cookies can carry and compare.
_END = "SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint"
_CONFIRMED = "SELECT (confirmed_flush_lsn - '0/0')::bigint"
_OF_SLOT = " FROM pg_replication_slots WHERE slot_name = %s"


class Capture(Protocol):
    """What knows how far it is. Both raise Django's ``DatabaseError``."""

    def position(self) -> int | None:
        """Return where the log ends, after all commits so far; ``None`` if nobody captures it."""

    def has_passed(self, position: int) -> bool:
        """Tell whether everything before ``position`` is in the topics."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A replication slot of PostgreSQL, and the database by which it can be asked about."""

    name: str
    alias: str

    def position(self) -> int | None:
        return self._ask(_END)

    def has_passed(self, position: int) -> bool:
        confirmed = self._ask(_CONFIRMED)
        return confirmed is not None and confirmed >= position

    def _ask(self, what: str) -> int | None:
        with connections[self.alias].cursor() as cursor:
            cursor.execute(what + _OF_SLOT, [self.name])
            found = cursor.fetchone()
        return None if found is None else found[0]
