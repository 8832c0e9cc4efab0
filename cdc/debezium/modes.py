"""How a connector was told to write values.

Enters: a connector's configuration. Leaves: `Modes`. The names, the values and the defaults
are those of Debezium's PostgreSQL connector documentation, "Connector configuration properties".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from cdc.debezium.errors import MistakenTable

Decimals = Literal["precise", "double", "string"]
Times = Literal[
    "adaptive",
    "adaptive_time_microseconds",
    "connect",
    "isostring",
    "microseconds",
    "nanoseconds",
]
Intervals = Literal["numeric", "string"]
Binaries = Literal["bytes", "base64", "base64-url-safe", "hex"]
Hstores = Literal["json", "map"]

PROPERTIES: dict[str, tuple[str, Any]] = {
    "decimals": ("decimal.handling.mode", Decimals),
    "times": ("time.precision.mode", Times),
    "intervals": ("interval.handling.mode", Intervals),
    "binaries": ("binary.handling.mode", Binaries),
    "hstores": ("hstore.handling.mode", Hstores),
}
# What stands for a large value that the update did not touch and PostgreSQL did not log.
UNAVAILABLE = "__debezium_unavailable_value"
_PLACEHOLDER = "unavailable.value.placeholder"


@dataclass(frozen=True, slots=True)
class Modes:
    """The handling modes of one connector; what is left out has Debezium's default."""

    decimals: Decimals = "precise"
    times: Times = "adaptive"
    intervals: Intervals = "numeric"
    binaries: Binaries = "bytes"
    hstores: Hstores = "json"
    placeholder: str = UNAVAILABLE

    def __post_init__(self) -> None:
        for name, (key, known) in PROPERTIES.items():
            if (value := getattr(self, name)) not in get_args(known):
                raise MistakenTable(f"{key} is {value!r}, none of {', '.join(get_args(known))}.")

    @classmethod
    def of(cls, connector: Mapping[str, str]) -> "Modes":
        """Return the modes that a connector's configuration sets; raises ``MistakenTable``.

        As to Debezium, `STRING` is `string`; the placeholder is taken letter by letter.
        """
        told: dict[str, Any] = {
            name: connector[key].strip().lower()
            for name, (key, _) in PROPERTIES.items()
            if key in connector
        }
        return cls(**told, placeholder=connector.get(_PLACEHOLDER, UNAVAILABLE))
