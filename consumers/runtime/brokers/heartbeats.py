"""The capture's heartbeats, heard beside the loop: while they are silent topics may be old.

Enters: the topic into which whoever captures the site's tables writes every few seconds, changed
or not. Leaves: whether one was made of late and has come. A capture that rests writes nothing, and
a broker that is away tells nothing; to who has read all of what there is, either looks like peace.
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import inf
from threading import Event, Thread

from confluent_kafka import Consumer, KafkaError, Message, TopicPartition

from consumers.runtime.brokers.kafka import consumer_options
from consumers.runtime.config import ConsumerConfig

log = logging.getLogger(__name__)

# The last record that there is, and then what comes: librdkafka's RD_KAFKA_OFFSET_TAIL(1).
_LAST = -2001
_LOOK_SECONDS = 0.5


class Heartbeats:
    """Those in the topic ``config.heartbeats``; without one all is taken as well."""

    def __init__(self, config: ConsumerConfig, clock: Callable[[], float] = time.time) -> None:
        self._config = config
        self._clock = clock
        self._made_at = -inf

    def are_heard(self) -> bool:
        """Tell whether the topics are known to hold what the site wrote seconds ago; at once."""
        if not self._config.heartbeats:
            return True
        # One from the future was made by a clock that has been set back since.
        return abs(self._clock() - self._made_at) < self._config.heartbeat_seconds

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Listen in a thread of its own while the block runs."""
        if not self._config.heartbeats:
            yield
            return
        over = Event()
        thread = Thread(target=self._listen, args=(over,), name="heartbeats", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def _listen(self, over: Event) -> None:
        client = Consumer({**consumer_options(self._config), "log_level": 0})
        try:
            # No group is joined.
            client.assign([TopicPartition(self._config.heartbeats, 0, _LAST)])
            while not over.is_set():
                if (message := client.poll(_LOOK_SECONDS)) is not None:
                    self._note(message)
        finally:
            client.close()

    def _note(self, message: Message) -> None:
        error = message.error()
        if error is None:
            self._made_at = message.timestamp()[1] / 1000
        elif error.code() != KafkaError._PARTITION_EOF:
            log.warning("heartbeats_unknown topic=%s error=%s", self._config.heartbeats, error)
