"""A table as somebody declares it, and its rows as Python values.

Enters: rows of JSON values. Leaves: rows of Python values, with `UNCHANGED` and `UNKNOWN` where
there is none. JSON without its schema names no types, so a declaration does.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from cdc.debezium.change import ChangeEvent, Headers, Row, Tombstone
from cdc.debezium.errors import MistakenTable, UndecodableValue, UnexpectedColumns, Unreadable
from cdc.debezium.markers import UNCHANGED, UNKNOWN
from cdc.debezium.modes import Modes
from cdc.debezium.types import ColumnType, column_type

# Run with a table's name (`schema.name`), it prints the columns as `Table` wants them: a domain
# as what it is made from, an enumeration as `enum`.
COLUMNS_QUERY = """
SELECT a.attname, CASE WHEN t.typtype = 'e' THEN 'enum' WHEN e.typtype = 'e' THEN 'enum[]'
  ELSE format_type(COALESCE(NULLIF(t.typbasetype, 0), a.atttypid),
                   CASE t.typtype WHEN 'd' THEN t.typtypmod ELSE a.atttypmod END) END
FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_type e ON e.oid = t.typelem AND t.typcategory = 'A'
WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
"""


@dataclass(frozen=True)
class Table:
    """A captured table: its columns' types, and the modes of the connector that reads it.

    ``key`` names the columns of the record's key; without any the table has none. The rule for a
    schema that changes in mid-stream: a column that is not declared is left out of the row, or
    refused by ``strict``; a declared one must come unless ``optional`` names it.
    ``identity_full`` repeats the table's REPLICA IDENTITY: only FULL fills `before` and knows
    unchanged values. Raises ``MistakenTable`` for a type that cannot be read.
    """

    name: str
    columns: Mapping[str, str]
    modes: Modes = field(default_factory=Modes)
    key: tuple[str, ...] = ("id",)
    optional: frozenset[str] = frozenset()
    strict: bool = False
    identity_full: bool = False
    _types: dict[str, ColumnType] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_types", {c: self._type(c) for c in self.columns})
        if unknown := [name for name in self.key if name not in self.columns]:
            raise MistakenTable(f"{self.name}: the key names no column: {', '.join(unknown)}")

    def read(
        self, key: bytes | None, value: bytes | None, headers: Headers = ()
    ) -> ChangeEvent | Tombstone:
        """Return a record's change with Python values; raises ``MalformedChange``."""
        change = ChangeEvent.parse(key, value, headers, keyless=not self.key)
        if isinstance(change, Tombstone):
            return Tombstone(self._part(change.key))
        return self.decode(change)

    def decode(self, change: ChangeEvent) -> ChangeEvent:
        """Return ``change`` with Python values instead of JSON's; raises ``MalformedChange``."""
        return replace(
            change,
            key=self._part(change.key),
            before=None if change.before is None else self._before(change.before),
            after=None if change.after is None else self._after(change),
            old_key=None if change.old_key is None else self._part(change.old_key),
            new_key=None if change.new_key is None else self._part(change.new_key),
        )

    def _after(self, change: ChangeEvent) -> Row:
        row = change.after or {}
        self._check(row)
        # A changed key makes a creation out of an update, which has unchanged values too.
        is_update = change.op == "u" or change.old_key is not None
        return self._row(row, is_update=is_update and not self.identity_full)

    def _before(self, row: Row) -> Row:
        if self.identity_full:
            return self._row(row, is_update=False)
        # All other columns are null here, because PostgreSQL logged the key only.
        return self._part({name: row[name] for name in self.key if name in row})

    def _part(self, row: Row) -> Row:
        return self._row(row, is_update=False)

    def _row(self, row: Row, *, is_update: bool) -> Row:
        found: Row = {}
        for name, raw in row.items():
            if (type_ := self._types.get(name)) is None:
                continue
            if raw is None:
                found[name] = UNKNOWN if is_update and type_.hides_unchanged else None
            # Only an update leaves values unlogged; in an insert somebody wrote these very words.
            elif is_update and type_.placeholder is not None and raw == type_.placeholder:
                found[name] = UNCHANGED
            # Most columns end here, without a call for each.
            elif type(raw) is type_.exact:
                found[name] = raw
            else:
                found[name] = self._value(name, type_, raw)
        return found

    def _value(self, name: str, type_: ColumnType, raw: Any) -> Any:
        try:
            return type_.read(raw)
        # Readers raise whatever a wrong value leads them to: arithmetic's errors, a recursion's.
        except Exception as error:
            why = str(error) if isinstance(error, Unreadable) else "it is no such value"
            raise UndecodableValue(self.name, name, self.columns[name], raw, why) from None

    def _check(self, row: Row) -> None:
        if row.keys() == self._types.keys():
            return
        missing = tuple(c for c in self._types if c not in row and c not in self.optional)
        if missing:
            raise UnexpectedColumns(self.name, "declared columns did not come", missing)
        if self.strict and (extra := tuple(c for c in row if c not in self._types)):
            raise UnexpectedColumns(self.name, "columns are not declared", extra)

    def _type(self, column: str) -> ColumnType:
        try:
            return column_type(self.columns[column], self.modes)
        except MistakenTable as error:
            raise MistakenTable(f"{self.name}.{column}: {error}") from None
