"""The least that a consumer can be: a loop around the client, written by hand."""

from confluent_kafka import Consumer

from tests.bench.peers.work import COMMIT_EVERY, Task, Work, run

GUARANTEE = "at least once: offsets are committed after the handler, every 5,000 records"


def consume(task: Task, work: Work) -> None:
    """Read in batches, handle, commit."""
    consumer = Consumer(
        {
            "bootstrap.servers": task.bootstrap,
            "group.id": task.group,
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
        }
    )
    consumer.subscribe([task.topic])
    committed = 0
    while not work.is_done:
        for message in consumer.consume(1000, timeout=0.1):
            if not message.error():
                work.handle(message.headers() or (), message.value() or b"")  # type: ignore[arg-type]
        if work.count - committed >= COMMIT_EVERY or work.is_done:
            consumer.commit(asynchronous=False)
            committed = work.count
    consumer.close()


if __name__ == "__main__":
    run(consume, GUARANTEE)
