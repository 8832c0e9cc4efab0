"""Decimals that are longer than Python's usual precision."""

from base64 import b64encode
from decimal import Decimal

import pytest

from cdc.debezium import Modes
from cdc.debezium.numbers import decimal_reader


@pytest.mark.parametrize("digits", [1, 28, 29, 5000, 20_000])
def test_a_precise_decimal_keeps_every_digit(digits: int) -> None:
    number = -((10 ** (digits - 1)) + 7)
    octets = number.to_bytes(number.bit_length() // 8 + 1, "big", signed=True)
    raw = {"scale": 3, "value": b64encode(octets).decode()}

    read = decimal_reader(None, Modes())(raw)

    assert read.as_tuple().exponent == -3
    assert read.as_tuple().digits == Decimal(number).as_tuple().digits
    assert read.is_signed()
