"""How many row changes a second one core decodes: JSON bytes in, Python values out.

Enters: a row as wide as a listing's (28 columns, 1.3 kB with its source block). Leaves: rows a
second, for ``bench cdc`` and for anybody who sizes a consumer.
"""

import json
import statistics
import time
from typing import Any

from cdc.debezium import ChangeEvent, Modes, Table

_SHORT, _LONG = "varchar(50)", "text"
COLUMNS = {
    "id": "bigint",
    **dict.fromkeys(("slug", "title", "address", "neighbourhood", "zip_code"), _SHORT),
    "description": _LONG,
    **dict.fromkeys(("price", "previous_price", "beds", "baths", "half_baths"), "integer"),
    **dict.fromkeys(("rooms", "living_area", "lot_size", "garage_area", "year_built"), "integer"),
    **dict.fromkeys(("stories", "wall", "garage", "status"), _SHORT),
    **dict.fromkeys(("latitude", "longitude"), "double precision"),
    **dict.fromkeys(("reduced_at", "listed_at", "updated_at"), "timestamp with time zone"),
    **dict.fromkeys(("agent_id", "version"), "bigint"),
}
_SAMPLES: dict[str, Any] = {
    "bigint": 120_517,
    _SHORT: "Old West End, brick",
    _LONG: "A two-car garage, hardwood floors and a sun-room. " * 4,
    "integer": 185_000,
    "double precision": 41.6528,
    "timestamp with time zone": "2026-11-24T11:14:15.123456Z",
}
_SOURCE = {
    "version": "3.6.3.Final",
    "connector": "postgresql",
    "name": "banyan_tables",
    "ts_ms": 1795521477792,
    "snapshot": "false",
    "db": "monolith",
    "sequence": '["34311048","34311048"]',
    "schema": "public",
    "table": "listings_listing",
    "txId": 846,
    "lsn": 34311048,
}


def decode_rows_s(repeats: int = 3, rows: int = 20_000) -> dict[str, Any]:
    """Return {"decode_rows_s": median, "spread": [lowest, highest]}."""
    table = Table("public.listings_listing", COLUMNS, Modes(decimals="string", times="isostring"))
    row = {name: _SAMPLES[of] for name, of in COLUMNS.items()}
    body = {"before": None, "after": row, "source": _SOURCE, "op": "u", "ts_ms": 1795521477793}
    value = json.dumps(body, separators=(",", ":")).encode()
    found = [_once(table, value, rows) for _ in range(repeats)]
    return {
        "decode_rows_s": round(statistics.median(found)),
        "spread": [round(min(found)), round(max(found))],
        "bytes": len(value),
    }


def _once(table: Table, value: bytes, rows: int) -> float:
    # Processor time: what else runs on the machine is not the decoder's.
    started = time.process_time()
    for _ in range(rows):
        change = table.read(b'{"id":120517}', value)
        if not isinstance(change, ChangeEvent):
            raise AssertionError("The sample is no change.")
    return rows / (time.process_time() - started)
