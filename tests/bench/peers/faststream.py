"""The same work on FastStream, in batches, which is its quick way."""

import asyncio
import logging

from faststream import AckPolicy
from faststream.confluent import KafkaBroker, KafkaMessage

from tests.bench.peers.work import Task, Work, run

_BATCH = 1_000
GUARANTEE = "at least once: offsets are committed after the handler, with every batch of 1,000"


def consume(task: Task, work: Work) -> None:
    """Run the broker until the work is done."""
    asyncio.run(_consume(task, work))


async def _consume(task: Task, work: Work) -> None:
    is_over = asyncio.Event()

    async def handle(bodies: list[bytes], message: KafkaMessage) -> None:
        for record in message.raw_message:
            work.handle(record.headers() or (), record.value() or b"")
        if work.is_done:
            is_over.set()

    broker = KafkaBroker(task.bootstrap, log_level=logging.DEBUG)
    subscribed = broker.subscriber(
        task.topic,
        group_id=task.group,
        auto_offset_reset="earliest",
        batch=True,
        max_records=_BATCH,
        ack_policy=AckPolicy.NACK_ON_ERROR,
        # The bytes as they are: the contract decodes them, not a guess at their content.
        decoder=_as_is,
    )
    subscribed(handle)
    async with broker:
        await broker.start()
        await is_over.wait()


async def _as_is(message: KafkaMessage) -> list[bytes]:
    return [record.value() or b"" for record in message.raw_message]


if __name__ == "__main__":
    run(consume, GUARANTEE)
