"""Read the topics on from where the ledger stands, to their ends of now.

Enters: a broker's address. Leaves: notes in the ledger, batch by batch. Raises
``NothingToTell`` when Kafka does not answer.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicPartition

from cdc.audit.errors import NothingToTell
from cdc.audit.ledger import Ledger, Place
from cdc.audit.records import Note

ReadNotes = Callable[[Message], list[Note]]

_BATCH = 2000
_PATIENCE_S = 10.0


class TopicReader:
    """One client that belongs to no group and commits nothing."""

    def __init__(self, bootstrap: str, topics: Mapping[str, ReadNotes], ledger: Ledger) -> None:
        self._topics = topics
        self._ledger = ledger
        self._consumer = Consumer(
            {
                "bootstrap.servers": bootstrap,
                "client.id": "audit",
                "group.id": "audit",
                "enable.auto.commit": False,
                "isolation.level": "read_committed",
                "auto.offset.reset": "earliest",
                # Compaction and transactions leave gaps, so an end is told rather than counted.
                "enable.partition.eof": True,
                "fetch.wait.max.ms": 10,
                "queued.max.messages.kbytes": 16384,
                "log_level": 0,
            }
        )

    def read_on(self) -> None:
        """Note every record that was in the topics when this was called."""
        try:
            starts = dict(self._unread())
            if starts:
                self._read(starts)
        except KafkaException as error:
            raise NothingToTell(f"Kafka does not answer: {error.args[0]}") from error

    def close(self) -> None:
        """Leave the broker."""
        self._consumer.close()

    def _unread(self) -> Iterator[tuple[Place, int]]:
        known = self._ledger.next_offsets()
        for place in self._places():
            low, high = self._consumer.get_watermark_offsets(
                TopicPartition(*place), timeout=_PATIENCE_S
            )
            if known.get(place, 0) > high:
                self._ledger.forget(place)
                known.pop(place)
            start = max(low, known.get(place, low))
            if start < high:
                yield place, start

    def _places(self) -> list[Place]:
        there = self._consumer.list_topics(timeout=_PATIENCE_S).topics
        return [
            (topic, number)
            for topic in self._topics
            if topic in there
            for number in there[topic].partitions
        ]

    def _read(self, starts: Mapping[Place, int]) -> None:
        self._consumer.assign([TopicPartition(*place, at) for place, at in starts.items()])
        missing = set(starts)
        while missing:
            # consume() would wait for a full batch; poll() returns with the first record.
            first = self._consumer.poll(_PATIENCE_S)
            if first is None:
                raise NothingToTell(f"Kafka gave no record for {_PATIENCE_S:g} s")
            missing -= self._keep([first, *self._consumer.consume(_BATCH, timeout=0)])
        self._consumer.unassign()

    def _keep(self, messages: Iterable[Message]) -> set[Place]:
        """Note the records; return the partitions whose end was reached."""
        notes: list[Note] = []
        moved: dict[Place, int] = {}
        ended = set()
        for message in messages:
            place = (str(message.topic()), int(message.partition() or 0))
            error = message.error()
            if error is None:
                notes += self._topics[place[0]](message)
                moved[place] = int(message.offset() or 0) + 1
            elif error.code() == KafkaError._PARTITION_EOF:
                ended.add(place)
            else:
                raise KafkaException(error)
        self._ledger.write(notes, moved)
        return ended
