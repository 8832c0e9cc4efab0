"""The process's own line to the broker: records enter a bounded queue, and leave by themselves.

One idempotent producer for each process, made when the first fact is told: a client that was
made before a fork would be dead in the child. When the broker is away the queue fills, and what
does not fit, or waits too long, is counted and forgotten.
"""

import logging
import os
import time
from collections.abc import Mapping
from multiprocessing.util import Finalize
from threading import Lock

from confluent_kafka import KafkaError, KafkaException, Message, Producer

log = logging.getLogger(__name__)

_QUEUE = 10_000
_PATIENCE_MS = 30_000
_FLUSH_S = 2.0
_BETWEEN_WARNINGS_S = 60


class Sender:
    """Sends without ever waiting; ``sent`` and ``dropped`` count what became of the facts."""

    def __init__(self, bootstrap: str, *, queue: int = _QUEUE) -> None:
        self.sent = 0
        self.dropped = 0
        self._counting = Lock()
        self._warned_at = float("-inf")
        self._producer = Producer(
            {
                "bootstrap.servers": bootstrap,
                "enable.idempotence": True,
                "compression.type": "lz4",
                "linger.ms": 50,
                "message.timeout.ms": _PATIENCE_MS,
                "queue.buffering.max.messages": queue,
                "queue.buffering.max.kbytes": 8192,
                # A broker that is away is told by the count, not by a line a second.
                "log_level": 2,
                "error_cb": _ignore,
            }
        )

    def send(self, topic: str, key: str, value: bytes, headers: Mapping[str, str]) -> None:
        """Queue a record, or count it as dropped."""
        try:
            self._producer.produce(
                topic, value, key, headers=list(headers.items()), on_delivery=self._note
            )
        except (BufferError, KafkaException):
            self._drop()
        # Only hears what became of earlier ones; zero means not to wait.
        self._producer.poll(0)

    def close(self, timeout_s: float = _FLUSH_S) -> None:
        """Give the queue a moment to empty, then drop what is left."""
        self._producer.flush(timeout_s)
        self._producer.purge()
        self._producer.poll(0)

    def _note(self, error: KafkaError | None, record: Message) -> None:
        if error is not None:
            self._drop()
            return
        with self._counting:
            self.sent += 1

    def _drop(self) -> None:
        with self._counting:
            self.dropped += 1
            is_due = time.monotonic() - self._warned_at > _BETWEEN_WARNINGS_S
            if is_due:
                self._warned_at = time.monotonic()
        if is_due:
            log.warning("facts dropped=%d sent=%d", self.dropped, self.sent)


def of_process(bootstrap: str) -> Sender:
    """Return this process's sender, which empties its queue when the process ends."""
    with _making:
        if (os.getpid(), bootstrap) not in _senders:
            sender = _senders[os.getpid(), bootstrap] = Sender(bootstrap)
            # Unlike `atexit`, this runs in a forked worker too.
            Finalize(None, sender.close, exitpriority=0)
    return _senders[os.getpid(), bootstrap]


# A parent's sender stays here in its fork: letting go of it would need threads that are not there.
_senders: dict[tuple[int, str], Sender] = {}
_making = Lock()


def _ignore(error: KafkaError) -> None:
    """Leave it to the counts."""
