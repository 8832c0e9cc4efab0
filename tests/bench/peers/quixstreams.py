"""The same work on Quix Streams: a data frame of one step."""

from typing import Any

from quixstreams import Application

from tests.bench.peers.work import COMMIT_EVERY, Task, Work, run

GUARANTEE = "at least once: offsets are committed after the handler, every 5,000 records"


def consume(task: Task, work: Work) -> None:
    """Run the application until the work is done."""
    application = Application(
        broker_address=task.bootstrap,
        consumer_group=task.group,
        auto_offset_reset="earliest",
        commit_every=COMMIT_EVERY,
        auto_create_topics=False,
        processing_guarantee="at-least-once",
        loglevel="ERROR",
    )
    # The bytes as they are: the contract decodes them.
    topic = application.topic(task.topic, key_deserializer="bytes", value_deserializer="bytes")

    def handle(value: bytes, _key: bytes, _timestamp: int, headers: Any) -> None:
        work.handle(headers or (), value)
        if work.is_done:
            application.stop()

    application.dataframe(topic).update(handle, metadata=True)
    application.run()


if __name__ == "__main__":
    run(consume, GUARANTEE)
