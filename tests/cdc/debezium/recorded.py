"""Records that Debezium 3.6.3 wrote of the workload, byte for byte, by time.precision.mode.

`with_schema` has records whose converters were told `schemas.enable=true`.
"""

import json
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent / "records"


class Recorded(NamedTuple):
    """A record's key, value and headers."""

    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...]


def recorded(mode: str, table: str) -> list[Recorded]:
    """Return the records of ``table`` in their order."""
    lines = map(json.loads, (FOLDER / f"{mode}.jsonl").read_text().splitlines())
    return [
        Recorded(
            _bytes(line["key"]),
            _bytes(line["value"]),
            tuple((name, text.encode()) for name, text in line["headers"].items()),
        )
        for line in lines
        if line["table"] == table
    ]


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else text.encode()
