"""One column of every type, and rows that try them: what SQL writes, what Python should read.

The fast tests decode what Debezium once wrote of these rows; the stack test has it write them
anew and asks psycopg for its opinion as well.
"""

from datetime import UTC, date, datetime, time
from decimal import Decimal as D
from ipaddress import ip_address, ip_interface, ip_network
from typing import Any
from uuid import UUID

from cdc.debezium import FarDate, Modes, Range, Special

Case = tuple[str, Any]

_ID = "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"
NAN, INF = float("nan"), float("inf")


def _half_open(lower: Any, upper: Any) -> Range:
    return Range(lower, upper, includes_lower=True)


_MORNING = _half_open(
    datetime(2026, 1, 1, 8, tzinfo=UTC), datetime(2026, 1, 1, 10, 0, 0, 500000, tzinfo=UTC)
)
_MORNING_SQL = "'[2026-01-01 10:00+02,2026-01-01 12:00:00.5+02)'"
NOTHING: tuple[Case, Case] = (("'{}'", []), ("NULL", None))
NULLS: tuple[Case, Case] = (("NULL", None), ("NULL", None))
EMPTY, ALL = Range(is_empty=True), Range()

# Column: type, then what each of three rows holds, as SQL writes it and as Python reads it.
COLUMNS: dict[str, tuple[str, Case, Case, Case]] = {
    "a_bool": ("boolean", ("true", True), ("false", False), ("true", True)),
    "a_small": ("smallint", ("7", 7), ("-32768", -32768), ("32767", 32767)),
    "a_int": ("integer", ("7", 7), ("-2147483648", -(2**31)), ("2147483647", 2**31 - 1)),
    "a_big": ("bigint", ("7", 7), (f"{-(2**63)}", -(2**63)), (f"{2**63 - 1}", 2**63 - 1)),
    "a_oid": ("oid", ("16384", 16384), ("0", 0), ("4294967295", 2**32 - 1)),
    "a_double": ("double precision", ("0.1", 0.1), ("'-1e308'", -1e308), ("'NaN'", NAN)),
    "a_real": ("real", ("0.1", 0.1), ("'3.4e38'", 3.4e38), ("'-Infinity'", -INF)),
    "a_price": (
        "numeric(12,3)",
        ("47124.500", D("47124.500")),
        ("-999999999.999", D("-999999999.999")),
        ("'NaN'", D("NaN")),
    ),
    "a_count": ("numeric(10)", ("5", D(5)), ("-9999999999", D(-9999999999)), ("0", D(0))),
    "a_number": (
        "numeric",
        ("3.14", D("3.14")),
        (f"-{'1234567890' * 4}.{'1234567890' * 4}", D(f"-{'1234567890' * 4}.{'1234567890' * 4}")),
        ("'Infinity'", D("Infinity")),
    ),
    "a_money": (
        "money",
        ("'12.34'", D("12.34")),
        ("'-92233720368547758.08'", D("-92233720368547758.08")),
        ("'0'", D(0)),
    ),
    "a_char": ("char(5)", ("'ab'", "ab   "), ("'ä'", "ä    "), ("'12345'", "12345")),
    "a_varchar": ("varchar(20)", ("'v'", "v"), ("''", ""), ("'☃ 😀'", "☃ 😀")),
    "a_text": ("text", ("'plain'", "plain"), (r"E'\" \\ \n'", '" \\ \n'), ("'{1}'", "{1}")),
    "a_uuid": ("uuid", (f"'{_ID}'", UUID(_ID)), (f"'{UUID(int=0)}'", UUID(int=0)), ("NULL", None)),
    "a_bytea": (
        "bytea",
        (r"'\xdeadbeef00ff'", bytes.fromhex("deadbeef00ff")),
        ("''", b""),
        (r"'\xfbff3e'", b"\xfb\xff\x3e"),
    ),
    "a_json": ("json", ('\'{"a":[1,null]}\'', {"a": [1, None]}), ("'null'", None), ("'7'", 7)),
    "a_jsonb": ("jsonb", ('\'{"b":1.5}\'', {"b": 1.5}), ("'[]'", []), ("'\"x\"'", "x")),
    "a_inet": (
        "inet",
        ("'192.168.1.5/24'", ip_interface("192.168.1.5/24")),
        ("'::1'", ip_address("::1")),
        ("'10.0.0.1'", ip_address("10.0.0.1")),
    ),
    "a_cidr": (
        "cidr",
        ("'192.168.0.0/16'", ip_network("192.168.0.0/16")),
        ("'2001:db8::/32'", ip_network("2001:db8::/32")),
        ("NULL", None),
    ),
    "a_mac": ("macaddr", ("'08:00:2B:01:02:03'", "08:00:2b:01:02:03"), *NULLS),
    "a_int4range": ("int4range", ("'[1,5)'", _half_open(1, 5)), ("'empty'", EMPTY), ("'(,)'", ALL)),
    "a_int8range": (
        "int8range",
        ("'[1,5]'", _half_open(1, 6)),
        (f"'(,{2**63 - 1})'", Range(upper=2**63 - 1)),
        ("'[1,)'", _half_open(1, None)),
    ),
    "a_numrange": (
        "numrange",
        ("'[1.5,2.5]'", Range(D("1.5"), D("2.5"), includes_lower=True, includes_upper=True)),
        ("'(1.10,)'", Range(D("1.10"))),
        ("'empty'", EMPTY),
    ),
    "a_daterange": (
        "daterange",
        ("'[2026-01-01,2026-01-05]'", _half_open(date(2026, 1, 1), date(2026, 1, 6))),
        ("'(,2026-01-01)'", Range(upper=date(2026, 1, 1))),
        (
            "'[0044-03-15 BC,infinity)'",
            _half_open(FarDate(-735160), Special.INFINITY),
        ),
    ),
    "a_tsrange": (
        "tsrange",
        (
            "'[2026-01-01 10:00,2026-01-01 12:00:00.5)'",
            _half_open(datetime(2026, 1, 1, 10), datetime(2026, 1, 1, 12, 0, 0, 500000)),  # noqa: DTZ001
        ),
        ("'empty'", EMPTY),
        ("'(,)'", ALL),
    ),
    "a_tstzrange": ("tstzrange", (_MORNING_SQL, _MORNING), ("'empty'", EMPTY), ("'(,)'", ALL)),
    "a_multirange": (
        "int4multirange",
        ("'{[1,3),[5,7)}'", (_half_open(1, 3), _half_open(5, 7))),
        ("'{}'", ()),
        ("'{(,1),[9,)}'", (Range(upper=1), _half_open(9, None))),
    ),
    "a_tsvector": ("tsvector", ("'a:1 fat:2'", "'a':1 'fat':2"), ("''", ""), ("NULL", None)),
    "a_enum": ("mood", ("'ok'", "ok"), ("'so so'", "so so"), ("'ok'", "ok")),
    "a_bit": ("bit(1)", ("B'1'", "1"), ("B'0'", "0"), ("NULL", None)),
    "a_bits": ("bit(11)", ("B'10000000001'", "10000000001"), *NULLS),
    "a_domain": ("price", ("12.50", D("12.50")), ("0", D(0)), ("99999.99", D("99999.99"))),
    "l_bool": ("boolean[]", ("'{t,f,NULL}'", [True, False, None]), *NOTHING),
    "l_small": ("smallint[]", ("'{1,NULL,-3}'", [1, None, -3]), *NOTHING),
    "l_int": ("integer[]", ("'{1,NULL,3}'", [1, None, 3]), *NOTHING),
    "l_big": ("bigint[]", (f"'{{1,NULL,{2**63 - 1}}}'", [1, None, 2**63 - 1]), *NOTHING),
    "l_double": (
        "double precision[]",
        ("'{0.1,NULL,1e22}'", [0.1, None, 1e22]),
        ("'{Infinity,-Infinity}'", [INF, -INF]),
        ("'{}'", []),
    ),
    "l_real": ("real[]", ("'{0.1,NULL}'", [0.1, None]), *NOTHING),
    "l_price": (
        "numeric(12,3)[]",
        ("'{1.5,NULL,-2.125}'", [D("1.500"), None, D("-2.125")]),
        *NOTHING,
    ),
    "l_number": ("numeric[]", ("'{1.5,NULL}'", [D("1.5"), None]), *NOTHING),
    "l_text": (
        "text[]",
        ('\'{a,NULL,"b \\" c","NULL",""}\'', ["a", None, 'b " c', "NULL", ""]),
        *NOTHING,
    ),
    "l_varchar": ("varchar(9)[]", ("'{a,NULL,\"b,c\"}'", ["a", None, "b,c"]), *NOTHING),
    "l_char": ("char(3)[]", ("'{a,NULL,bcd}'", ["a  ", None, "bcd"]), *NOTHING),
    "l_uuid": ("uuid[]", (f"'{{{_ID},NULL}}'", [UUID(_ID), None]), *NOTHING),
    "l_bytea": (
        "bytea[]",
        (r"""'{"\\xdead",NULL}'""", [b"\xde\xad", None]),
        (r"""'{"\\xfbff3e"}'""", [b"\xfb\xff\x3e"]),
        ("NULL", None),
    ),
    "l_json": ("json[]", ("array['{\"a\":1}',NULL]::json[]", [{"a": 1}, None]), *NOTHING),
    "l_jsonb": ("jsonb[]", ("array['[1]',NULL]::jsonb[]", [[1], None]), *NOTHING),
    "l_inet": ("inet[]", ("'{10.0.0.1,NULL}'", [ip_address("10.0.0.1"), None]), *NOTHING),
    "l_mac": ("macaddr[]", ("'{08:00:2b:01:02:03}'", ["08:00:2b:01:02:03"]), *NOTHING),
    "l_enum": ("mood[]", ("'{ok,\"so so\"}'", ["ok", "so so"]), *NOTHING),
    "l_int4range": ("int4range[]", ("'{\"[1,5)\",NULL}'", [_half_open(1, 5), None]), *NOTHING),
    "l_tstzrange": ("tstzrange[]", (f"array[{_MORNING_SQL}::tstzrange]", [_MORNING]), *NOTHING),
    "l_date": (
        "date[]",
        ("'{2026-01-01,NULL}'", [date(2026, 1, 1), None]),
        ("'{1969-12-31}'", [date(1969, 12, 31)]),
        ("'{}'", []),
    ),
    "l_time": ("time[]", ("'{10:00:01.5,NULL}'", [time(10, 0, 1, 500000), None]), *NOTHING),
    "l_ts": (
        "timestamp(3)[]",
        ("'{2026-01-01 10:00:01.5,NULL}'", [datetime(2026, 1, 1, 10, 0, 1, 500000), None]),  # noqa: DTZ001
        *NOTHING,
    ),
    "l_tstz": (
        "timestamptz[]",
        ("'{2026-01-01 10:00:01.5+02}'", [datetime(2026, 1, 1, 8, 0, 1, 500000, tzinfo=UTC)]),
        *NOTHING,
    ),
    "g_half": ("integer", ("DEFAULT", 3), ("DEFAULT", -(2**30)), ("DEFAULT", 2**30 - 1)),
}  # fmt: skip

# Together they have every value of every mode.
MODES = {
    "adaptive": Modes(),
    "adaptive_time_microseconds": Modes(
        "double", "adaptive_time_microseconds", "string", "base64", "map"
    ),
    "connect": Modes("string", "connect", "numeric", "base64-url-safe"),
    "isostring": Modes("string", "isostring", "string", "hex"),
    "microseconds": Modes("precise", "microseconds", "string", "bytes"),
    "nanoseconds": Modes("string", "nanoseconds", "string", "hex"),
}
