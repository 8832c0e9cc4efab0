"""Each search in turn: right, and quick enough for some thousands of searches."""

from collections.abc import Iterator

from consumers.notifications.matching.fitting import fits
from consumers.notifications.models import Frequency, Home, SavedSearch


def matches(home: Home) -> list[int]:
    """Return the numbers of the searches that want to hear of ``home`` at once, in order."""
    return list(_fitting(home))


def _fitting(home: Home) -> Iterator[int]:
    asked = SavedSearch.objects.filter(frequency=Frequency.INSTANT).order_by("pk")
    for number, criteria in asked.values_list("pk", "criteria").iterator():
        if fits(criteria, home):
            yield number
