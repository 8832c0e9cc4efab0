"""How much is parked, by partition: what the metrics and the status tell.

Asked of the database, as the lot of a running consumer belongs to its handlers' thread.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, Q

from consumers.runtime.models import ParkedRecord
from consumers.runtime.records import Partition

_DEAD = Q(state="dead")


@dataclass(frozen=True, slots=True)
class ParkedCounts:
    """What is parked of one partition."""

    keys: int = 0
    records: int = 0
    dead: int = 0
    # Records whose effect is still to come: a dead one that holds nothing back was given up.
    behind: int = 0


def parked_counts(consumer: str) -> Mapping[Partition, ParkedCounts]:
    """Count the parked records of ``consumer``."""
    rows = ParkedRecord.objects.filter(consumer=consumer).order_by()
    counted = rows.values_list("topic", "partition").annotate(
        keys=Count("key", distinct=True),
        records=Count("id"),
        dead=Count("id", filter=_DEAD),
        behind=Count("id", filter=~_DEAD | Q(holds_key=True)),
    )
    return {Partition(topic, number): ParkedCounts(*counts) for topic, number, *counts in counted}
