"""Replay: a consumer's offsets moved back, so that it handles records once more.

Enters: a moment or places in the topics. Leaves: offsets in the consumer's own store that lie
earlier than before; of a consumer that runs by an order, as only the owner of a partition can
move between two units and read on from there. Read models with versions take the records as
no-ops; in the database store handlers see ``Context.is_replay`` for all that was handled before,
and tell nobody.
"""

import logging
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Protocol

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest

from consumers.runtime.assembly import subscribed
from consumers.runtime.brokers.connection import connection_options
from consumers.runtime.config import ConsumerConfig
from consumers.runtime.declared import Declared
from consumers.runtime.errors import ConsumerError
from consumers.runtime.health.standing import known_offsets, offsets_in_database
from consumers.runtime.loop.database_orders import DatabaseOrders
from consumers.runtime.models import PartitionOwner
from consumers.runtime.rebuilding.topics import KafkaTopics, Topics
from consumers.runtime.records import Partition
from consumers.runtime.stores.read_model import ReadModel

log = logging.getLogger(__name__)

_PATIENCE = 10.0
# A member that was killed stays one until its session ends.
_OBEYED_SECONDS = 60.0


class ReplayRefused(ConsumerError):
    """Nothing was moved; the text says why."""


@dataclass(frozen=True, slots=True)
class Move:
    """One partition's way back."""

    partition: Partition
    known: int
    to: int

    @property
    def records(self) -> int:
        """Count what is handled again, at most: compaction may have taken some."""
        return self.known - self.to


class Offsets(Protocol):
    """The next offsets that a store keeps, while nobody else moves them."""

    def known(self) -> Mapping[Partition, int]: ...

    def move(self, moves: Iterable[Move]) -> None: ...


class ReadModelOffsets:
    """Those of a read model that keeps its own."""

    def __init__(self, read_model: ReadModel) -> None:
        self._read_model = read_model

    def known(self) -> Mapping[Partition, int]:
        return self._read_model.resume_from()

    def move(self, moves: Iterable[Move]) -> None:
        self._read_model.flush({move.partition: move.to for move in moves})


class DatabaseOffsets:
    """Those beside the inbox of ``consumer``."""

    def __init__(self, consumer: str) -> None:
        self._consumer = consumer

    def known(self) -> Mapping[Partition, int]:
        return offsets_in_database(self._consumer)

    def move(self, moves: Iterable[Move]) -> None:
        with transaction.atomic():
            for move in moves:
                topic, number = move.partition
                PartitionOwner.objects.filter(
                    consumer=self._consumer, topic=topic, partition=number
                ).update(
                    replay_until=Greatest(F("replay_until"), F("next_offset")),
                    next_offset=move.to,
                    # Whoever was started meanwhile is fenced off, and begins again from here.
                    epoch=F("epoch") + 1,
                )


class OrderedOffsets:
    """Those of a consumer that runs, moved by its processes."""

    def __init__(
        self,
        consumer: str,
        known: Mapping[Partition, int] | None = None,
        patience: float = _OBEYED_SECONDS,
    ) -> None:
        self._consumer = consumer
        self._known = known or {}
        self._patience = patience
        self._orders = DatabaseOrders(consumer)

    def known(self) -> Mapping[Partition, int]:
        return self._known

    def move(self, moves: Iterable[Move]) -> None:
        """Order it, and wait until it is done. Raises ``ReplayRefused``."""
        places = {move.partition: move.to for move in moves}
        self._orders.give(places)
        deadline = time.monotonic() + self._patience
        while places.keys() & self._orders.open().keys():
            if time.monotonic() > deadline and self._orders.remove(places):
                raise ReplayRefused(
                    f"{self._consumer} has members in its group, and nobody obeyed"
                    f" within {self._patience:.0f} s; what was not moved yet never will be"
                )
            time.sleep(0.1)


def moves(
    topics: Topics, known: Mapping[Partition, int], wanted: Mapping[Partition, int]
) -> list[Move]:
    """Give the moves back to ``wanted``, or to the oldest record kept; never forward.

    Raises ``ReplayRefused`` for a partition that the consumer never read.
    """
    bounds = topics.bounds()
    if strange := sorted(set(wanted) - set(known) | set(wanted) - set(bounds)):
        raise ReplayRefused(f"never read: {', '.join('/'.join(map(str, p)) for p in strange)}")
    planned = (Move(part, known[part], max(at, bounds[part][0])) for part, at in wanted.items())
    return [move for move in planned if move.to < move.known]


def wanted_since(
    topics: Topics, known: Mapping[Partition, int], moment: float, topic: str | None
) -> dict[Partition, int]:
    """Give the first offset at or after ``moment`` of each partition that was read.

    Raises ``ReplayRefused`` for a topic that the consumer never read.
    """
    if topic and topic not in (read := {partition.topic for partition in known}):
        raise ReplayRefused(f"never read: {topic}; it reads {', '.join(sorted(read))}")
    found = topics.offsets_at(moment)
    return {p: at for p, at in found.items() if p in known and topic in (None, p.topic)}


def replay(
    declared: Declared,
    *,
    since: float | None,
    topic: str | None,
    places: Mapping[Partition, int],
    is_rehearsal: bool,
) -> list[Move]:
    """Move a consumer's offsets back; give the moves. Raises ``ConsumerError``."""
    config = subscribed(declared.config, declared.consumer)
    declared.prepare()
    with closing(KafkaTopics(config)) as topics, _offsets(declared, config) as offsets:
        known = offsets.known()
        wanted = places if since is None else wanted_since(topics, known, since, topic)
        planned = moves(topics, known, wanted)
        if planned and not is_rehearsal:
            offsets.move(planned)
            log.info("replayed consumer=%s moves=%s", config.name, planned)
    return planned


@contextmanager
def _offsets(declared: Declared, config: ConsumerConfig) -> Iterator[Offsets]:
    if members_of(config):
        yield OrderedOffsets(config.name, known_offsets(declared))
    elif declared.has_one_writer:
        with declared.opened() as (read_model, _):
            yield ReadModelOffsets(read_model)
    else:
        yield DatabaseOffsets(config.name)


def members_of(config: ConsumerConfig) -> int:
    """Count the group's members: they would move the offsets on. Raises ``ReplayRefused``."""
    admin = AdminClient(connection_options(config))
    told = admin.describe_consumer_groups([config.group], request_timeout=_PATIENCE)[config.group]
    try:
        return len(told.result().members)
    except KafkaException as failure:
        if failure.args[0].code() == KafkaError.GROUP_ID_NOT_FOUND:
            return 0
        raise ReplayRefused(f"Kafka does not tell who is in the group: {failure}") from failure
