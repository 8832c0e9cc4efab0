"""Numbers in every decimal.handling.mode.

Enters: JSON numbers, texts, or base64 of an unscaled big-endian integer. Leaves: `int`, `float`
and exact `Decimal`. The forms are in the PostgreSQL connector documentation, "Decimal types";
the texts for NaN and infinity were recorded from Debezium 3.6.
"""

from base64 import b64decode
from collections.abc import Callable
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal
from typing import Any

from cdc.debezium.errors import Unreadable
from cdc.debezium.modes import Modes

# The usual context would round to 28 digits.
_EXACT = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN)
_WORDS = {"NAN": "NaN", "POSITIVE_INFINITY": "Infinity", "NEGATIVE_INFINITY": "-Infinity"}
_FLOAT_WORDS = {"NaN": float("nan"), "Infinity": float("inf"), "-Infinity": float("-inf")}


def read_whole(raw: Any) -> int:
    """Read any of the integer types."""
    # bool is an int to Python and never one to PostgreSQL.
    if type(raw) is not int:
        raise Unreadable("a whole number is expected")
    return raw


def read_float(raw: Any) -> float:
    """Read `real` and `double precision`; NaN and the infinities come as texts."""
    if type(raw) is str:
        return _FLOAT_WORDS[raw]
    if type(raw) not in (int, float):
        raise Unreadable("a number is expected")
    return float(raw)


def decimal_reader(scale: int | None, modes: Modes) -> Callable[[Any], Decimal]:
    """Return what reads a ``numeric(p, scale)``; without a scale each value brings its own."""
    if modes.decimals == "string":
        return _read_text
    if modes.decimals == "double":
        return _read_double
    return _read_scaled if scale is None else lambda raw: _unscaled(raw, scale)


def _read_text(raw: Any) -> Decimal:
    if type(raw) is not str:
        raise Unreadable("a text is expected")
    return Decimal(_WORDS.get(raw, raw))


def _read_double(raw: Any) -> Decimal:
    # By way of repr: the shortest digits that name this double, not its binary expansion.
    return Decimal(repr(read_float(raw)))


def _read_scaled(raw: Any) -> Decimal:
    return _unscaled(raw["value"], read_whole(raw["scale"]))


def _unscaled(raw: Any, scale: int) -> Decimal:
    digits = int.from_bytes(b64decode(raw, validate=True), "big", signed=True)
    return Decimal(digits).scaleb(-scale, _EXACT)
