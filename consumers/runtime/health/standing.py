"""Where a consumer stands, asked from outside: of its processes, or of what it left behind.

Enters: a declared consumer. Leaves: one overview. Nothing is written, and no group is joined.
"""

from collections.abc import Mapping
from contextlib import suppress

from django.conf import settings
from django.utils.module_loading import import_string

from consumers.runtime.assembly import subscribed
from consumers.runtime.brokers.ends import ends_of
from consumers.runtime.brokers.heads import waited_for
from consumers.runtime.declared import Declared
from consumers.runtime.failures.database_halts import DatabaseHalts
from consumers.runtime.health.answers import running
from consumers.runtime.health.overview import Overview, of_stopped
from consumers.runtime.models import PartitionOwner
from consumers.runtime.parking.counts import parked_counts
from consumers.runtime.records import Partition
from consumers.runtime.settings import setting
from consumers.runtime.web.applied import Unavailable


def standing(side: Declared) -> Overview:
    """Give the overview of ``side``'s consumer, marked when it does not run."""
    side.prepare()
    if (told := running(side.config.name, setting("CONSUMER_HEALTH_PORT"))) is not None:
        return told
    config = subscribed(side.config, side.consumer)
    offsets, ends = known_offsets(side), ends_of(config)
    waited = waited_for(config, offsets, ends)
    found = offsets, ends, waited, parked_counts(config.name)
    return of_stopped(config, *found, DatabaseHalts(config.name).standing())


def known_offsets(side: Declared) -> Mapping[Partition, int]:
    """Give the next offsets that the store knows, without opening it to write."""
    if not side.has_one_writer:
        return offsets_in_database(side.config.name)
    found: dict[Partition, int] = {}
    for path in getattr(settings, "AUDITED_READ_MODELS", {}).values():
        with suppress(Unavailable):
            found |= import_string(path)().offsets()
    return found


def offsets_in_database(consumer: str) -> Mapping[Partition, int]:
    """Give the next offsets that stand beside the inbox of ``consumer``."""
    rows = PartitionOwner.objects.filter(consumer=consumer)
    places = rows.values_list("topic", "partition", "next_offset")
    return {Partition(topic, number): at for topic, number, at in places if at is not None}
