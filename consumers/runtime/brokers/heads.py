"""How long records wait for a consumer that does not run.

Enters: its offsets and the topics' ends. Leaves: seconds for each partition. No group is joined,
and one record of each partition is read.
"""

import logging
import time
from collections.abc import Callable, Mapping

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicPartition

from consumers.runtime.brokers.kafka import consumer_options, place_of
from consumers.runtime.config import ConsumerConfig
from consumers.runtime.records import Partition

log = logging.getLogger(__name__)

_PATIENCE = 5.0


def waited_for(
    config: ConsumerConfig,
    offsets: Mapping[Partition, int],
    ends: Mapping[Partition, int],
    clock: Callable[[], float] = time.time,
) -> dict[Partition, float]:
    """Give how long the first record at or behind each offset has waited, 0 where there is none.

    A partition of which no offset is known is read from its beginning. What the broker does not
    tell in time is left out.
    """
    behind = {place: at for place, end in ends.items() if (at := offsets.get(place, 0)) < end}
    heads = _heads(config, behind) if behind else {}
    told = {place: max(0.0, clock() - made) if made else 0.0 for place, made in heads.items()}
    return told | dict.fromkeys(ends.keys() - behind.keys(), 0.0)


def _heads(
    config: ConsumerConfig, offsets: Mapping[Partition, int]
) -> dict[Partition, float | None]:
    found: dict[Partition, float | None] = {}
    client = Consumer({**consumer_options(config), "log_level": 0})
    deadline = time.monotonic() + _PATIENCE
    try:
        client.incremental_assign([TopicPartition(*place, at) for place, at in offsets.items()])
        while found.keys() != offsets.keys() and (left := deadline - time.monotonic()) > 0:
            if (message := client.poll(left)) is not None:
                _note(message, found)
    except KafkaException as failure:
        log.debug("heads_unknown error=%s", failure)
    finally:
        client.close()
    return found


def _note(message: Message, found: dict[Partition, float | None]) -> None:
    error = message.error()
    if error is None:
        found.setdefault(place_of(message), message.timestamp()[1] / 1000)
    elif error.code() == KafkaError._PARTITION_EOF:
        # Behind the offset stands the mark of a transaction only.
        found.setdefault(place_of(message), None)
