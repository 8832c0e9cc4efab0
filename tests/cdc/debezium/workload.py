"""The tables of the zoo and the statements that fill them, in the order of their records.

Enters: a session. Leaves: committed transactions. The same statements made the records that the
fast tests read.
"""

from typing import Any

import psycopg

from tests.cdc.debezium.moments import MOMENTS, TIMES
from tests.cdc.debezium.zoo import COLUMNS

_LARGE = {
    "large_text": "text",
    "large_bytes": "bytea",
    "large_json": "jsonb",
    "large_texts": "text[]",
    "large_numbers": "integer[]",
    "large_ids": "uuid[]",
    "large_dates": "date[]",
    "large_blobs": "bytea[]",
    "large_floats": "real[]",
}
_FILL = (
    "repeat('x', 9000), repeat('x', 9000)::bytea, jsonb_build_object('k', repeat('x', 9000)),"
    " ARRAY[repeat('x', 9000)], array_fill(1, ARRAY[2500]),"
    " array_fill(gen_random_uuid(), ARRAY[900]), array_fill(date '2026-01-01', ARRAY[2500]),"
    " ARRAY[repeat('x', 9000)::bytea], array_fill(0.5::real, ARRAY[2500])"
)


def _columns(types: dict[str, str], primary_key: str = "id bigint PRIMARY KEY") -> str:
    return ", ".join([primary_key, *(f"{name} {type_}" for name, type_ in types.items())])


def _zoo() -> str:
    types = {name: of for name, (of, *_) in COLUMNS.items()}
    types["g_half"] = "integer GENERATED ALWAYS AS (a_int / 2) STORED"
    return _columns(types)


_FIRST = ", ".join(first for _, (first, _), *_ in COLUMNS.values())

TABLES = {
    "zoo": f"CREATE TYPE mood AS ENUM ('ok', 'so so'); CREATE DOMAIN price AS numeric(7,2);"
    f" CREATE TABLE zoo ({_zoo()})",
    # Its rows are there before the connector is, so that a snapshot reads them.
    "early": f"CREATE TABLE early ({_zoo()});"
    f" INSERT INTO early VALUES (0, {_FIRST}), (1, {_FIRST})",
    "moments": f"CREATE TABLE moments ({_columns(TIMES)})",
    "large": f"CREATE TABLE large ({_columns(_LARGE)}, touched integer);"
    + "".join(f" ALTER TABLE large ALTER {name} SET STORAGE EXTERNAL;" for name in _LARGE),
    "pair": "CREATE TABLE pair (a integer, b uuid, note text DEFAULT 'none', PRIMARY KEY (a, b))",
    "keyless": "CREATE TABLE keyless (n integer); ALTER TABLE keyless REPLICA IDENTITY FULL",
}
TYPES: dict[str, dict[str, str]] = {
    "zoo": {name: of for name, (of, *_) in COLUMNS.items()}
    | {"a_enum": "enum", "l_enum": "enum[]"},
    "moments": TIMES,
    "large": _LARGE | {"touched": "integer"},
    "pair": {"a": "integer", "b": "uuid", "note": "text"},
    "keyless": {"n": "integer"},
}
TYPES["zoo"]["a_domain"] = "numeric(7,2)"
TYPES["early"] = TYPES["zoo"]
for _name in ("zoo", "early", "moments", "large"):
    TYPES[_name] = {"id": "bigint"} | TYPES[_name]
# How many records each table has at the end.
COUNTS = {"early": 2, "zoo": 4, "moments": len(MOMENTS), "large": 2, "pair": 11, "keyless": 4}


def run(session: "psycopg.Connection[Any]") -> None:
    """Commit all of it, one statement a transaction but for the marked one."""
    for number in range(3):
        values = ", ".join(cases[number][0] for _, *cases in COLUMNS.values())
        _execute(session, f"INSERT INTO zoo VALUES ({number}, {values})")
    _execute(session, "INSERT INTO zoo (id) VALUES (3)")
    for number, (moment, _) in enumerate(MOMENTS.values()):
        _execute(session, f"INSERT INTO moments VALUES ({number}, {_moment(*moment)})")
    _execute(session, f"INSERT INTO large VALUES (1, {_FILL}, 1)")
    _execute(session, "UPDATE large SET touched = 2")
    _lives_and_dies(session)


def _lives_and_dies(session: "psycopg.Connection[Any]") -> None:
    key = "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"
    _execute(session, f"INSERT INTO pair VALUES (1, '{key}', 'one')")
    _execute(session, "UPDATE pair SET a = 2")
    _execute(session, "UPDATE pair SET note = NULL")
    _execute(session, "DELETE FROM pair")
    with session.transaction():
        _execute(session, f"INSERT INTO pair VALUES (3, '{key}', 'x'), (4, '{key}', 'y')")
        _execute(session, "INSERT INTO keyless VALUES (1)")
    _execute(session, "UPDATE keyless SET n = 2")
    _execute(session, "ALTER TABLE pair ADD extra integer")
    _execute(session, f"INSERT INTO pair VALUES (5, '{key}', 'z', 6)")
    _execute(session, "TRUNCATE pair, keyless")
    _execute(session, "INSERT INTO keyless VALUES (3)")


def _moment(day: str, at: str, offset: str, interval: str) -> str:
    bare, _, era = day.partition(" ")
    is_infinite = "infinity" in day
    plain = bare if is_infinite else f"{bare} {at} {era}"
    zoned = bare if is_infinite else f"{bare} {at}{offset} {era}"
    texts = (day, at, at, f"{at}{offset}", plain, plain, zoned, interval)
    return ", ".join(f"'{text}'" for text in texts)


def _execute(session: "psycopg.Connection[Any]", statement: str) -> None:
    session.execute(statement.encode())
