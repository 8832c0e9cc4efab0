"""How far topics go and the service is with them, as tests say it."""

from collections.abc import Mapping

from cdc.contracts.tables import FAVOURITES, OPT_OUTS, SAVED_SEARCHES
from cdc.contracts.topics import LISTING_EVENTS
from consumers.runtime.config import ConsumerConfig
from consumers.runtime.models import PartitionOwner
from consumers.runtime.records import Partition

# What the broker tells, in this process.
TOLD: dict[Partition, int] = {}
_TOPICS = {
    "favourites": FAVOURITES.topic,
    "opt_outs": OPT_OUTS.topic,
    "events": LISTING_EVENTS,
    "searches": SAVED_SEARCHES.topic,
}


def ends(config: ConsumerConfig) -> Mapping[Partition, int]:
    """Stand where the broker is asked."""
    return {place: end for place, end in TOLD.items() if place.topic in config.topics}


def hold(**records: int) -> None:
    """Let the topics hold so many records, or one."""
    TOLD.update({Partition(topic, 0): records.get(name, 1) for name, topic in _TOPICS.items()})


def read(**records: int) -> None:
    """Let the service have applied so many records, or one."""
    for name, topic in _TOPICS.items():
        PartitionOwner.objects.update_or_create(
            consumer="notifications",
            topic=topic,
            partition=0,
            defaults={"next_offset": records.get(name, 1)},
        )
