"""What tells the rows of a table apart however often it is built: never an id that counts up.

Enters: a live table. Leaves: which of its rows another one does not have. A table that has
nothing but such ids is compared by the number of its rows.
"""

from dataclasses import dataclass, field
from typing import Any

from django.db import connection

# Of the unique indexes the primary key first; none with a column that counts up, or that refers
# to another table, which may count up.
_KEY = """
SELECT array_agg(quote_ident(attname) ORDER BY attnum)
FROM pg_index JOIN pg_attribute a ON attrelid = indrelid AND attnum = ANY(indkey)
WHERE indrelid = to_regclass(format('%%I.%%I', %s::text, %s::text))
AND indisunique AND indpred IS NULL AND indexprs IS NULL
GROUP BY indexrelid, indisprimary
HAVING bool_and(attidentity = '' AND NOT EXISTS (
    SELECT FROM pg_constraint WHERE conrelid = attrelid AND contype = 'f' AND attnum = ANY(conkey)))
ORDER BY indisprimary DESC, indexrelid LIMIT 1
"""


@dataclass(slots=True)
class Keys:
    """The rows of one live table, as noted at one moment."""

    table: str
    live: str
    _key: list[str] = field(default_factory=list)
    _count: int = 0

    def note(self, cursor: Any) -> None:
        """Note what the live table holds now."""
        cursor.execute(_KEY, [self.live, self.table])
        found = cursor.fetchall()
        self._key = found[0][0] if found else []
        if not self._key:
            self._count = self._counted(cursor, self.live)
            return
        cursor.execute(f"DROP TABLE IF EXISTS {self._noted}")
        cursor.execute(f"CREATE TEMP TABLE {self._noted} AS {self._keys(self.live)}")

    def losses(self, cursor: Any, schema: str) -> list[str]:
        """Name what was noted, is still live, and is not in ``schema``."""
        if not self._key:
            still = min(self._count, self._counted(cursor, self.live))
            fewer = still - self._counted(cursor, schema)
            return [f"{fewer} rows of {self.table}"] if fewer > 0 else []
        cursor.execute(
            f"(SELECT * FROM {self._noted} INTERSECT {self._keys(self.live)})"
            f" EXCEPT {self._keys(schema)}"
        )
        return [f"{self.table} {', '.join(map(str, key))}" for key in cursor.fetchall()]

    @property
    def _noted(self) -> str:
        return f"pg_temp.{_quoted(f'noted_{self.table}'[:63])}"

    def _keys(self, schema: str) -> str:
        return f"SELECT {', '.join(self._key)} FROM {_quoted(schema)}.{_quoted(self.table)}"

    def _counted(self, cursor: Any, schema: str) -> int:
        cursor.execute(f"SELECT count(*) FROM {_quoted(schema)}.{_quoted(self.table)}")
        ((count,),) = cursor.fetchall()
        return int(count)


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
