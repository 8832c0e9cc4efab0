"""Where topics end, asked of Kafka by whoever reads none of them.

Enters: the topics of a consumer's configuration. Leaves: the next offset to be written of each
partition. No group is joined, and nothing is read.
"""

import logging

from confluent_kafka import Consumer, KafkaException, TopicPartition

from consumers.runtime.brokers.kafka import consumer_options
from consumers.runtime.config import ConsumerConfig
from consumers.runtime.records import Partition

log = logging.getLogger(__name__)

_PATIENCE = 5.0


def ends_of(config: ConsumerConfig) -> dict[Partition, int]:
    """Give the end of every partition of the topics, without joining the group.

    None is given while the broker is away, or does not tell of each.
    """
    client, found = Consumer({**consumer_options(config), "log_level": 0}), {}
    try:
        topics = client.list_topics(timeout=_PATIENCE).topics
        for name in sorted(topics.keys() & set(config.topics)):
            for number in topics[name].partitions:
                ends = client.get_watermark_offsets(TopicPartition(name, number), _PATIENCE)
                if ends is None:
                    return {}
                found[Partition(name, number)] = ends[1]
    except KafkaException as failure:
        log.debug("ends_unknown error=%s", failure)
        return {}
    finally:
        client.close()
    return found


def ends_before_marks(config: ConsumerConfig) -> dict[Partition, int]:
    """Give the same of topics that are written by transactions alone.

    Behind the last record stands its transaction's mark, which nobody ever applies.
    """
    return {partition: max(end - 1, 0) for partition, end in ends_of(config).items()}
