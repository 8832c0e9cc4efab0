"""What every candidate does with a record, so that only the runtimes differ.

Enters: the words that started the process, then records. Leaves: one line of JSON: seconds from
the first to the last record (joining the group is nobody's merit), the count and the sum of the
ids seen. Needs the contracts' packages only: a peer has no other of ours in its environment.
"""

import json
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from cdc.contracts.envelope import Envelope

# Everybody commits at the latest so many records after the first that is not committed.
COMMIT_EVERY = 5_000


@dataclass(frozen=True, slots=True)
class Task:
    """Where to read, as whom, and how many records there are."""

    bootstrap: str
    topic: str
    group: str
    events: int


@dataclass(slots=True)
class Work:
    """Decode by contract, call a handler that does nothing, keep the proof."""

    events: int
    count: int = 0
    checksum: int = 0
    begun_at: float = 0.0
    ended_at: float = 0.0
    begun_cpu: float = 0.0
    ended_cpu: float = 0.0
    told: dict[str, Any] = field(default_factory=dict)

    @property
    def is_done(self) -> bool:
        """Whether every record was seen."""
        return self.count >= self.events

    def handle(self, headers: Iterable[tuple[str, bytes]], value: bytes) -> None:
        """Do the whole work of one record."""
        self.note(Envelope.from_record(dict(headers), value).message_id)

    def note(self, message_id: str) -> None:
        """Count an event that a runtime has decoded itself."""
        if not self.count:
            self.begun_at, self.begun_cpu = time.monotonic(), time.process_time()
        self.count += 1
        self.checksum += number_of(message_id)
        if self.count == self.events:
            self.ended_at, self.ended_cpu = time.monotonic(), time.process_time()


def number_of(message_id: str) -> int:
    """Return the part of an event's id that goes into the checksum."""
    return int(message_id[-12:], 16)


def run(consume: Callable[[Task, Work], None], guarantee: str) -> None:
    """Do the task on the command line and tell how it went."""
    bootstrap, topic, group, events = sys.argv[1:]
    task = Task(bootstrap, topic, group, int(events))
    work = Work(task.events)
    consume(task, work)
    outcome = {
        "count": work.count,
        "checksum": work.checksum,
        "seconds": work.ended_at - work.begun_at,
        "cpu_seconds": work.ended_cpu - work.begun_cpu,
        "guarantee": guarantee,
        **work.told,
    }
    print(json.dumps(outcome))
