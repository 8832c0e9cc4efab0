"""What the monolith's database holds as committed: outbox rows and captured tables.

Enters: a connection. Leaves: sums by range, and the pairs of opened ranges. The sums are
one query a table; the checksum is that of `cdc.contracts.applied`.
"""

from datetime import datetime
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import sql

from cdc.audit.notes import MINUTE_S, RANGE
from cdc.connect.connectors import OUTBOX_TABLE
from cdc.contracts.applied import Sum, Versioned
from cdc.contracts.tables import CapturedTable

_SUM = "count(*), sum(('x' || left(md5({key} || ':' || {version}), 8))::bit(32)::bigint)::bigint"
_EVENTS = f"""
SELECT floor(extract(epoch FROM occurred_at) / {MINUTE_S})::bigint,
    {_SUM.format(key="id", version="aggregate_version")}
FROM {OUTBOX_TABLE} WHERE occurred_at >= %s GROUP BY 1
"""
_EVENTS_OF = f"""
SELECT id::text, aggregate_version FROM {OUTBOX_TABLE}
WHERE occurred_at >= greatest(%s, to_timestamp(%s)) AND occurred_at < to_timestamp(%s)
"""
_ROWS = f"SELECT id / {RANGE}, {_SUM.format(key='id', version='version')} FROM {{}} GROUP BY 1"
_ROWS_OF = "SELECT id, version FROM {} WHERE id >= %s AND id < %s"


class CommittedEvents:
    """The outbox by minutes of ``occurred_at``, as far back as Kafka keeps every record."""

    def __init__(self, connection: BaseDatabaseWrapper, since: datetime) -> None:
        self._connection = connection
        self._since = since

    def sums(self) -> dict[int, Sum]:
        return _sums(self._connection, _EVENTS, [self._since])

    def open(self, number: int) -> list[Versioned]:
        bounds = [self._since, number * MINUTE_S, (number + 1) * MINUTE_S]
        return _rows(self._connection, _EVENTS_OF, bounds)


class CommittedRows:
    """A captured table by ranges of its primary key ``id``."""

    def __init__(self, connection: BaseDatabaseWrapper, table: CapturedTable) -> None:
        self._connection = connection
        self._table = sql.Identifier(table.name)

    def sums(self) -> dict[int, Sum]:
        return _sums(self._connection, sql.SQL(_ROWS).format(self._table), [])

    def open(self, number: int) -> list[Versioned]:
        query = sql.SQL(_ROWS_OF).format(self._table)
        return _rows(self._connection, query, [number * RANGE, (number + 1) * RANGE])


def _sums(connection: BaseDatabaseWrapper, query: Any, values: list[Any]) -> dict[int, Sum]:
    return {number: Sum(*rest) for number, *rest in _rows(connection, query, values)}


def _rows(connection: BaseDatabaseWrapper, query: Any, values: list[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())
