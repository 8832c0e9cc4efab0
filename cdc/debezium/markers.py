"""What a decoded row holds where there is no value to hold.

Enters: nothing. Leaves: members of enumerations, which equal no text, number or null that a
column could have.
"""

from enum import Enum


class Marker(Enum):
    """Why a column of a row has no value.

    ``UNCHANGED``: a large value that the update did not touch; PostgreSQL did not log it, and
    the read model keeps what it has. ``UNKNOWN``: Debezium wrote null, which in the declared
    modes stands for NULL and for UNCHANGED alike (see `losses`).
    """

    UNCHANGED = "unchanged"
    UNKNOWN = "unknown"


UNCHANGED = Marker.UNCHANGED
UNKNOWN = Marker.UNKNOWN


class Special(Enum):
    """Values of PostgreSQL's date and time types that are no point in time."""

    INFINITY = "infinity"
    MINUS_INFINITY = "-infinity"
    # The time 24:00, which Python's `time` does not know.
    END_OF_DAY = "24:00:00"
