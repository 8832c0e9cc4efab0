"""How evenly keys spread over a topic's partitions, counted from the broker's offsets.

Enters: a broker's client. Leaves: event topics of which one partition holds far more than its
share: one hot key, whose consumer falls behind while the others idle. Compacted topics have
gaps in their offsets and are left out.
"""

from collections.abc import Iterator
from typing import NamedTuple

from confluent_kafka import KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec  # type: ignore[attr-defined]

from cdc.contracts.topics import TOPICS, Topic

# Fewer records say nothing yet: a handful of keys never spreads evenly.
ENOUGH = 1000
TIMES_THE_MEAN = 3


class Skew(NamedTuple):
    """The fullest partition of a topic, against all of them."""

    topic: str
    partition: int
    records: int
    of: int

    def __str__(self) -> str:
        return (
            f"{self.topic}: partition {self.partition} holds {self.records:,} of "
            f"{self.of:,} records ({self.records / self.of:.0%})"
        )


def skewed(admin: AdminClient, enough: int = ENOUGH) -> Iterator[Skew]:
    """Yield the topics that are skewed; those that are missing are the plan's to tell."""
    existing = admin.list_topics(timeout=10).topics
    for topic in TOPICS:
        if topic.name in existing and not topic.is_compacted:
            counts = _counts(admin, topic, list(existing[topic.name].partitions))
            partition = max(counts, key=lambda number: counts[number])
            found = Skew(topic.name, partition, counts[partition], sum(counts.values()))
            if found.of >= enough and found.records * len(counts) > TIMES_THE_MEAN * found.of:
                yield found


def _counts(admin: AdminClient, topic: Topic, partitions: list[int]) -> dict[int, int]:
    starts = _offsets(admin, topic, partitions, OffsetSpec.earliest())  # type: ignore[no-untyped-call]
    ends = _offsets(admin, topic, partitions, OffsetSpec.latest())  # type: ignore[no-untyped-call]
    return {number: ends[number] - starts[number] for number in partitions}


def _offsets(
    admin: AdminClient, topic: Topic, partitions: list[int], spec: OffsetSpec
) -> dict[int, int]:
    asked = {TopicPartition(topic.name, number): spec for number in partitions}
    try:
        return {p.partition: f.result(10).offset for p, f in admin.list_offsets(asked).items()}
    except KafkaException:
        # A partition without a leader: whoever looks at topics says so.
        return dict.fromkeys(partitions, 0)
