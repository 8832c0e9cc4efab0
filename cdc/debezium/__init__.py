"""Debezium's records as Python values; usable with any consumer, without Django.

MalformedChange (ValueError)   the record is not a change event and never will be
"""

from cdc.debezium.change import UNAVAILABLE, ChangeEvent, MalformedChange, Tombstone

__all__ = ["UNAVAILABLE", "ChangeEvent", "MalformedChange", "Tombstone"]
