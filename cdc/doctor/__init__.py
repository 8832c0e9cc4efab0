"""Find what would break the capture, before it does; every finding says how to mend it."""

from cdc.doctor.finding import Finding

__all__ = ["Finding"]
