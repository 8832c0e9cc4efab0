"""The same work on arroyo: one step that handles, one that commits what was handled."""

from collections.abc import Mapping

from arroyo.backends.kafka import KafkaConsumer, KafkaPayload
from arroyo.backends.kafka.configuration import build_kafka_consumer_configuration
from arroyo.commit import CommitPolicy
from arroyo.processing import StreamProcessor
from arroyo.processing.strategies import CommitOffsets, ProcessingStrategyFactory, RunTask
from arroyo.types import Commit, Message, Partition, Topic

from tests.bench.peers.work import COMMIT_EVERY, Task, Work, run

GUARANTEE = "at least once: offsets are committed after the handler, every 5,000 records"


class Handling(ProcessingStrategyFactory[KafkaPayload]):
    """Makes the chain of steps whenever partitions arrive."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.processor: StreamProcessor[KafkaPayload] | None = None

    def create_with_partitions(
        self, commit: Commit, partitions: Mapping[Partition, int]
    ) -> RunTask[KafkaPayload, None]:
        return RunTask(self._handle, CommitOffsets(commit))

    def _handle(self, message: Message[KafkaPayload]) -> None:
        self.work.handle(message.payload.headers, message.payload.value)
        if self.work.is_done and self.processor is not None:
            self.processor.signal_shutdown()


def consume(task: Task, work: Work) -> None:
    """Run the processor until the work is done."""
    options = build_kafka_consumer_configuration(
        {},
        bootstrap_servers=[task.bootstrap],
        auto_offset_reset="earliest",
        group_id=task.group,
        # Commits itself what was handled, as the others do, rather than leave it to the client.
        enable_auto_commit=False,
    )
    handling = Handling(work)
    handling.processor = StreamProcessor(
        KafkaConsumer(options),
        Topic(task.topic),
        handling,
        CommitPolicy(min_commit_frequency_sec=None, min_commit_messages=COMMIT_EVERY),
    )
    handling.processor.run()


if __name__ == "__main__":
    run(consume, GUARANTEE)
