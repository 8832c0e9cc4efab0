"""What a consumer declares about itself: where it reads and how patient it is.

Frozen, made once in a side's settings, handed down from there.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from consumers.runtime.errors import MistakenConsumer

# Of the Kafka client's own options, those that carry the guarantee: which group is joined and
# how, what is read of the topics, and that nothing is committed behind the loop's back. With the
# other names that the client has for them.
_FIXED_OPTIONS = frozenset(
    {
        *("bootstrap.servers", "metadata.broker.list", "client.id"),
        *("group.id", "group.protocol", "group.instance.id"),
        *("enable.auto.commit", "auto.commit.enable", "auto.commit.interval.ms"),
        *("enable.auto.offset.store", "offset.store.method"),
        *("auto.offset.reset", "isolation.level", "enable.partition.eof"),
        *("on_commit", "default.topic.config"),
    }
)


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often and how soon something is tried again after ``RetryLater``."""

    attempts: int = 3
    first_delay: float = 0.2
    factor: float = 2.0
    longest_delay: float = 30.0
    jitter: float = 0.2

    def delay(self, attempt: int, draw: Callable[[], float] = random.random) -> float:
        """Give the seconds to wait after the failed ``attempt`` (1 is the first)."""
        plain = min(self.first_delay * self.factor ** min(attempt - 1, 64), self.longest_delay)
        return plain * (1 + self.jitter * (2 * draw() - 1))


# Of an error that never heals: the first attempt is the last.
AT_ONCE_DEAD = RetryPolicy(attempts=1)


@dataclass(frozen=True, slots=True)
class DeadLetterLimits:
    """When it is no longer the records that are wrong, and the consumer is halted.

    Each process counts its own records, and asks in the store whether another one has halted them
    all: of n processes up to n times as many are buried before all of them stand still.
    """

    in_a_row: int = 100
    # More than this share of the last ``of`` records.
    share: float = 0.5
    of: int = 1000


@dataclass(frozen=True, slots=True)
class ConsumerConfig:
    """One consumer: its name, its group, its batches; the topics follow from its handlers."""

    name: str
    group: str
    bootstrap: str
    topics: tuple[str, ...] = ()
    # Which release this is; dead letters tell it.
    version: str = ""
    # Most records taken in one read.
    batch_size: int = 1000
    # A read model without transactions is made durable when this many records wait …
    flush_records: int = 5000
    # … or when the oldest of them has waited this many seconds, or when the stream is idle.
    flush_seconds: float = 0.1
    # How long a read waits for the first record.
    idle_seconds: float = 0.1
    # How long a read waits for one more record before the stream counts as idle.
    linger_seconds: float = 0.005
    # How often the group is told how far it is; for people only, the store knows.
    commit_seconds: float = 1.0
    # How often the broker is asked how much there is still to read.
    lag_seconds: float = 1.0
    # A consumer in whose partitions no record has waited longer than this keeps up with its topics.
    young_seconds: float = 5.0
    # Where the site's capture writes every few seconds, changed or not; "" when nothing does. Only
    # while one of these records is this young is a read model that has applied all known to be
    # current.
    heartbeats: str = ""
    heartbeat_seconds: float = 15.0
    # Handlers that take longer than this no longer keep the group waiting: it is polled meanwhile.
    keep_alive_seconds: float = 1.0
    # Handlers that take longer than this are stuck: every thread's stack is written to the log.
    stuck_seconds: float = 120.0
    # What is being handled may take so long after SIGTERM; then the process ends without it.
    drain_seconds: float = 30.0
    # A transaction in which nothing happens for so long is ended for the sake of the partitions'
    # next owner: its process is paused, or its handler waits for something else far too long.
    asleep_seconds: float = 30.0
    # How long an applied event is remembered; `math.inf` for good. A consumer whose topics keep
    # records longer, their last segment included, does not begin.
    inbox_days: float = 40.0
    # How often the parking lot is asked what is due.
    parked_seconds: float = 0.5
    # With more parked records than this, nothing new is read.
    parked_most: int = 10_000
    # What the Kafka client is told besides, by its own names; none of those that are the runtime's.
    # How the broker is spoken to (`security.*`, `sasl.*`, …) is told to all other clients, too.
    options: Mapping[str, object] = field(default_factory=dict)
    # Under which name the broker knows this process; its consumer's own unless there are several.
    client: str = ""
    # So many processes share the partitions.
    processes: int = 1
    # Which of them this is.
    number: int = 0
    # Keys are spread over so many lanes that are handled at the same time.
    lanes: int = 1
    retry: RetryPolicy = field(default_factory=RetryPolicy)
    limits: DeadLetterLimits = field(default_factory=DeadLetterLimits)
    # How soon a store that is away is tried again; as often as it takes.
    store_retry: RetryPolicy = field(default_factory=lambda: RetryPolicy(longest_delay=5.0))

    # How soon a rebuild that a newer version needs and that was refused is tried again.
    rebuild_retry: RetryPolicy = field(
        default_factory=lambda: RetryPolicy(first_delay=10.0, longest_delay=600.0)
    )

    def __post_init__(self) -> None:
        if taken := sorted(_FIXED_OPTIONS & self.options.keys()):
            raise MistakenConsumer(
                f"the options of {self.name} may not set {', '.join(taken)}: with another value "
                "records would be lost, doubled or read too early"
            )

    @property
    def dead_letter_topic(self) -> str:
        """Name the topic that takes this consumer's poison records."""
        return f"{self.name}.dead-letters"
