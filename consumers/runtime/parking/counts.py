"""How much is parked, by partition: what the metrics and the status tell.

Asked of the database, as the lot of a running consumer belongs to its handlers' thread.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, Max, Min, Q, QuerySet

from consumers.runtime.models import ParkedRecord
from consumers.runtime.records import Partition

_DEAD = Q(state="dead")


@dataclass(frozen=True, slots=True)
class ParkedCounts:
    """What is parked of one partition."""

    keys: int = 0
    records: int = 0
    dead: int = 0
    # Of each aggregate its newest version less the one before its oldest, which is applied; added
    # up. Not of what was given up, dead and holding nothing back, nor of what was applied before.
    versions: int = 0


def parked_counts(consumer: str) -> Mapping[Partition, ParkedCounts]:
    """Count the parked records of ``consumer``."""
    rows = ParkedRecord.objects.filter(consumer=consumer).order_by()
    counted = rows.values_list("topic", "partition").annotate(
        keys=Count("key", distinct=True),
        records=Count("id"),
        dead=Count("id", filter=_DEAD),
    )
    versions = _versions(rows)
    return {
        (place := Partition(topic, number)): ParkedCounts(keys, records, dead, versions[place])
        for topic, number, keys, records, dead in counted
    }


def _versions(rows: QuerySet[ParkedRecord]) -> Mapping[Partition, int]:
    behind = rows.filter(~_DEAD | Q(holds_key=True), version__isnull=False, is_replay=False)
    spans = behind.values_list("topic", "partition", "aggregate").annotate(
        span=Max("version") - Min("version") + 1
    )
    versions = Counter[Partition]()
    for topic, number, _, span in spans:
        versions[Partition(topic, number)] += span
    return versions
