"""Bytes and bits.

Enters: base64 or hexadecimal text by binary.handling.mode. Leaves: `bytes`; bit strings as text
of 0 and 1. JSON writes the mode `bytes` as base64. Debezium's bits are little-endian (PostgreSQL
connector documentation, "Basic types").
"""

from base64 import b64decode
from collections.abc import Callable
from typing import Any

from cdc.debezium.errors import Unreadable
from cdc.debezium.modes import Modes

_URL_SAFE = str.maketrans("-_", "+/")


def bytes_reader(modes: Modes) -> Callable[[Any], bytes]:
    """Return what reads a `bytea`."""
    return bytes.fromhex if modes.binaries == "hex" else _read_base64


def bits_reader(length: int) -> Callable[[Any], str]:
    """Return what reads a ``bit(length)``; a single bit comes as a boolean."""

    def read(raw: Any) -> str:
        if length == 1:
            return "01"[read_flag(raw)]
        number = int.from_bytes(_read_base64(raw), "little")
        return f"{number:0{length}b}"

    return read


def read_flag(raw: Any) -> bool:
    """Read a `boolean`."""
    if type(raw) is not bool:
        raise Unreadable("true or false is expected")
    return raw


def _read_base64(raw: Any) -> bytes:
    return b64decode(raw.translate(_URL_SAFE), validate=True)
