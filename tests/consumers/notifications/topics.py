"""How far topics go and the service is with them, as tests say it."""

from collections.abc import Mapping

from cdc.contracts.tables import FAVOURITES, OPT_OUTS
from consumers.runtime.config import ConsumerConfig
from consumers.runtime.models import PartitionOwner
from consumers.runtime.records import Partition

# What the broker tells, in this process.
TOLD: dict[Partition, int] = {}
KEPT = Partition(FAVOURITES.topic, 0)


def ends(config: ConsumerConfig) -> Mapping[Partition, int]:
    """Stand where the broker is asked."""
    return dict(TOLD)


def hold(records: int) -> None:
    """Let the topics hold so many favourites, and one opt-out."""
    TOLD.update({KEPT: records, Partition(OPT_OUTS.topic, 0): 1})


def read(records: int) -> None:
    """Let the service have applied so many favourites, and one opt-out."""
    for topic, offset in ((FAVOURITES.topic, records), (OPT_OUTS.topic, 1)):
        PartitionOwner.objects.update_or_create(
            consumer="notifications",
            topic=topic,
            partition=0,
            defaults={"next_offset": offset},
        )
