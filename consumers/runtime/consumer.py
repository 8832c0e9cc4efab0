"""A consumer as its developer declares it: which contract is handled by which function.

    search: Consumer[SearchProjection] = Consumer("search")

    @search.on(LISTINGS)
    def index(change: ChangeEvent, context: Context[SearchProjection]) -> None: ...

Enters: contract classes and captured tables. Leaves: a table of reactions for the runtime, and
the topics to read. Nothing is connected or opened by declaring.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Literal

from cdc.contracts.events import AccountDeleted, DomainEvent
from cdc.contracts.tables import CapturedTable
from consumers.runtime.config import AT_ONCE_DEAD, RetryPolicy
from consumers.runtime.context import Context, ReadModel
from consumers.runtime.errors import MistakenConsumer, PoisonRecord

Source = type[DomainEvent] | CapturedTable | str
Handler = Callable[[Any, Context[Any]], None]
"""Apply one event or row change. Must be a no-op for what was applied before, where the store
has no transactions. Raises the types of ``errors``."""
BatchHandler = Callable[[Sequence[tuple[Any, Context[Any]]]], None]
"""Apply several at once, in their order."""
Erase = Callable[[str, Context[Any]], int]
"""Remove what is held of the person with this id; return how many rows or documents went."""


@dataclass(frozen=True, slots=True)
class Reaction:
    """One handler and how its failures are met."""

    handler: Callable[..., None]
    # What it is given: an event by its contract, a row change, or the record as it came.
    takes: Literal["event", "row", "record"] = "event"
    in_batches: bool = False
    # Of errors by type, the first that fits; ``None`` leaves it to the consumer's own policy.
    policies: Mapping[type[BaseException], RetryPolicy] = field(default_factory=dict)
    # A dead letter keeps its key: later records of it wait until a person has decided.
    holds_key: bool = True

    def policy_for(self, error: BaseException, otherwise: RetryPolicy) -> RetryPolicy:
        """Give how often a record is tried that failed with ``error``."""
        for kind, policy in self.policies.items():
            if isinstance(error, kind):
                return policy
        return AT_ONCE_DEAD if isinstance(error, PoisonRecord) else otherwise


class Consumer(Generic[ReadModel]):
    """What one consumer reacts to."""

    def __init__(self, name: str, *, version: int = 1) -> None:
        self.name = name
        # Raised when handlers make something else of the same records: what older ones have
        # made in PostgreSQL is built anew before the consumer begins.
        self.version = version
        self.events: dict[str, Reaction] = {}
        # By topic: whoever reads rows, or records as they are, reads all of the topic.
        self.whole: dict[str, Reaction] = {}
        self.erase: Erase | None = None
        self._topics: set[str] = set()

    @property
    def topics(self) -> tuple[str, ...]:
        """Name what is to be read."""
        return tuple(sorted(self._topics))

    def on(
        self,
        source: Source,
        *,
        in_batches: bool = False,
        retry: RetryPolicy | None = None,
        policies: Mapping[type[BaseException], RetryPolicy] | None = None,
        holds_key: bool = True,
    ) -> Callable[[Callable[..., None]], Callable[..., None]]:
        """Let the decorated function handle ``source``.

        That is an event's class, a captured table, or the name of a topic whose records carry no
        contract of ours, and are given as they are.

        ``retry`` is for every error but ``PoisonRecord``, ``policies`` for errors by type, first
        fit first. With ``in_batches`` it is given a list of (event, context). A dead letter keeps
        later records of its key waiting, so that after a redrive all is as if nothing had failed.
        ``holds_key=False`` lets them go on, rows too: only for a handler that tells by a version
        what is old, deletions included, and needs nothing of what an older record said. Raises
        ``MistakenConsumer``.
        """
        by_type = dict(policies or {})
        if retry is not None:
            by_type |= {PoisonRecord: by_type.get(PoisonRecord, AT_ONCE_DEAD), Exception: retry}

        def register(handler: Callable[..., None]) -> Callable[..., None]:
            reaction = Reaction(handler, _takes(source), in_batches, by_type, holds_key)
            self._register(source, reaction)
            return handler

        return register

    def forgets(self, erase: Erase) -> Erase:
        """Let the decorated function answer a request to erase a person; every consumer has one."""
        if self.erase is not None:
            raise MistakenConsumer(f"{self.name} forgets persons by two functions")
        self.erase = erase
        self._topics.add(AccountDeleted.topic)
        return erase

    def _register(self, source: Source, reaction: Reaction) -> None:
        topic = source if isinstance(source, str) else source.topic
        table, key = (
            (self.events, source.__name__) if isinstance(source, type) else (self.whole, topic)
        )
        if key in table:
            raise MistakenConsumer(f"{self.name} handles {key} by two functions; call one of them")
        table[key] = reaction
        self._topics.add(topic)


def _takes(source: Source) -> Literal["event", "row", "record"]:
    if isinstance(source, str):
        return "record"
    return "row" if isinstance(source, CapturedTable) else "event"
