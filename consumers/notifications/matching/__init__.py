"""Which saved searches a home fits: a home enters, the numbers of searches leave.

A search fits a home exactly when the search page would show the home for it.
"""

from consumers.notifications.matching.fitting import CriteriaBroken, fits, read
from consumers.notifications.matching.kept import matches

__all__ = ["CriteriaBroken", "fits", "matches", "read"]
