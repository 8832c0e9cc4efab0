"""A consumer in a process of its own, to be killed: it writes down what it was told, once each.

python -m tests.consumers.runtime.stores.counting TOPIC GROUP LANES
"""

import os
import sys
from collections.abc import Iterator
from typing import Any

import django
from django.conf import settings
from django.core.management import call_command

from consumers.runtime.brokers.kafka import KafkaBroker
from consumers.runtime.brokers.memory import MemoryBroker, MemoryCluster
from consumers.runtime.brokers.port import Broker
from consumers.runtime.config import ConsumerConfig, RetryPolicy

KEYS, EACH = 20, 50


def values() -> Iterator[tuple[int, bytes, bytes]]:
    """Give partition, key and value of everything there is to count."""
    for number in range(EACH):
        for key in range(KEYS):
            # Every fifth is delivered twice.
            for _ in range(2 if number % 5 == 0 else 1):
                yield key % 2, b"%d" % key, b"%d.%d" % (key, number)


def main(topic: str, group: str, lanes: int) -> None:
    settings.configure(
        INSTALLED_APPS=["consumers.runtime"],
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.postgresql",
                "HOST": "127.0.0.1",
                "PORT": os.environ["PORT"],
                "NAME": os.environ["DATABASE"],
                "USER": "postgres",
                "PASSWORD": os.environ["PASSWORD"],
            }
        },
    )
    django.setup()
    call_command("migrate", verbosity=0)
    _run(
        ConsumerConfig(
            *("counting", group, os.environ["KAFKA"], (topic,)),
            batch_size=40,
            lanes=lanes,
            parked_seconds=0.01,
            retry=RetryPolicy(first_delay=0.01),
        )
    )


def _run(config: ConsumerConfig) -> None:
    # These need the settings above.
    from consumers.runtime.assembly import assemble
    from consumers.runtime.consumer import Consumer
    from consumers.runtime.context import Context
    from consumers.runtime.errors import RetryLater
    from consumers.runtime.loop.lanes import lane_threads
    from consumers.runtime.loop.worker import handler_thread
    from consumers.runtime.models import Decision
    from consumers.runtime.parking.database import DatabaseLot
    from consumers.runtime.records import Record
    from consumers.runtime.stores.database import DatabaseStore
    from tests.consumers.runtime.worlds import no_event

    counting: Consumer[None] = Consumer("counting")

    @counting.on(config.topics[0])
    def count(record: Record, context: Context[Any]) -> None:
        value = (record.value or b"").decode()
        Decision.objects.create(
            consumer="counting",
            topic=record.topic,
            partition=record.partition,
            offset=record.offset,
            verb="did",
            reason=value,
        )
        if value.endswith("7") and context.attempt == 1:
            raise RetryLater("the first time never works")

    with handler_thread() as worker, lane_threads(config.lanes) as threads:
        assemble(
            config,
            counting,
            read_model=None,
            broker=_broker(config),
            store=DatabaseStore("counting"),
            lot=DatabaseLot("counting"),
            read_event=no_event,
            worker=worker,
            lanes=threads,
        ).run()


def _broker(config: ConsumerConfig) -> Broker:
    if config.bootstrap:
        return KafkaBroker(config)
    cluster, (topic,) = MemoryCluster(), config.topics
    cluster.create_topic(topic, 2)
    for partition, key, value in values():
        cluster.append(topic, key, value, (("ce_id", value),), 1.0, partition)
    return MemoryBroker(cluster, config.group, config.topics)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
