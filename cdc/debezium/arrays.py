"""Arrays, and what stands for an array that an update left unchanged.

Enters: JSON arrays whose elements are written as columns of their type are. Leaves: lists, with
None for NULL. Every form of the placeholder here was recorded from Debezium 3.6, which has none
for most arrays and writes null instead.
"""

import hashlib
from base64 import b64encode
from collections.abc import Callable
from typing import Any
from uuid import UUID

from cdc.debezium.errors import Unreadable
from cdc.debezium.modes import Modes

_TEXTS = {"text", "varchar", "char", "citext", "json", "jsonb"}
# Debezium converts an array inside an array by Java's own toString, or to null.
_JAVA_ARRAY = "[Ljava.lang."


def array_reader(element: Callable[[Any], Any]) -> Callable[[Any], list[Any]]:
    """Return what reads an array of what ``element`` reads."""

    def read(raw: Any) -> list[Any]:
        if type(raw) is not list:
            raise Unreadable("an array is expected")
        return [None if item is None else element(_flat(item)) for item in raw]

    return read


def array_placeholder(element: str, modes: Modes) -> list[Any] | None:
    """Return what an unchanged array of ``element`` is written as; None when as null."""
    octets = modes.placeholder.encode()
    if element in _TEXTS:
        return [modes.placeholder]
    if element in ("integer", "bigint"):
        return list(octets)
    if element == "date" and modes.times not in ("connect", "isostring"):
        return list(octets)
    if element == "uuid":
        return [str(UUID(bytes=hashlib.md5(octets, usedforsecurity=False).digest(), version=3))]
    if element == "bytea" and modes.binaries == "bytes":
        return [b64encode(octets).decode()]
    return None


def binary_placeholder(modes: Modes) -> str | None:
    """Return what an unchanged `bytea` is written as; None when as null."""
    known = {"bytes": b64encode(modes.placeholder.encode()).decode(), "hex": modes.placeholder}
    return known.get(modes.binaries)


def _flat(item: Any) -> Any:
    if type(item) is str and item.startswith(_JAVA_ARRAY):
        raise Unreadable("Debezium does not carry arrays of more than one dimension")
    return item
