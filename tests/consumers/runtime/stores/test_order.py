"""Failures and restarts at random, on either store: each key in its order, each effect once."""

import contextlib
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from consumers.runtime.config import RetryPolicy
from consumers.runtime.context import Context
from consumers.runtime.errors import PoisonRecord, RetryLater, StoreAway
from consumers.runtime.faults import STEPS, Crash, Step, breaking, crash_at
from consumers.runtime.loop.loop import Loop
from consumers.runtime.loop.worker import Inline
from consumers.runtime.models import Decision, InboxEntry, ParkedRecord, PartitionOwner
from consumers.runtime.records import Record
from tests.consumers.runtime.stores.sides import Line, Rows, Side, Versions

KEYS = (b"a", b"b", b"c", b"d")
# Their events have ids; the others have none, as rows have none. Each partition holds both.
_NAMED = KEYS[:2]
# Longer than any pause of a retry.
_LONG = 100.0


class Say(NamedTuple):
    """A record of a key whose handler fails so often; for ever with poison, until it is mended."""

    key: bytes
    failures: int = 0
    is_poison: bool = False


class Again(NamedTuple):
    """The event told last of a key is delivered once more; rows, which have no ids, never are."""

    key: bytes


class Away(NamedTuple):
    """The store is away for so many tries."""

    tries: int


class Turn(NamedTuple):
    """All processes turn; the first that comes to the step for the n-th time is gone there."""

    step: Step | None = None
    time: int = 1


class Pass(NamedTuple):
    """Time passes."""

    seconds: int


class Restart(NamedTuple):
    """A process leaves, and another comes in its place."""


class Join(NamedTuple):
    """One process more shares the partitions."""


class Leave(NamedTuple):
    """One process less does."""


Deed = Say | Again | Away | Turn | Pass | Restart | Join | Leave
_DEEDS: st.SearchStrategy[Deed] = st.one_of(
    st.builds(Say, st.sampled_from(KEYS)),
    st.builds(Say, st.sampled_from(KEYS), st.integers(1, 5), st.booleans()),
    st.builds(Again, st.sampled_from(KEYS)),
    st.builds(Away, st.integers(1, 3)),
    st.builds(Turn),
    st.builds(Turn, st.sampled_from(STEPS), st.integers(1, 3)),
    st.builds(Pass, st.integers(0, 40)),
    st.builds(Restart),
    st.builds(Join),
    st.builds(Leave),
)


@dataclass
class World:
    """One consumer, and what became of it."""

    line: Line
    # How many processes there may be; some read models take one writer.
    most: int = 1
    lanes: Sequence[Executor] = ()
    said: list[bytes] = field(default_factory=list)
    ill: dict[bytes, Say] = field(default_factory=dict)
    failed: Counter[bytes] = field(default_factory=Counter)
    away: int = 0
    loops: list[Loop] = field(default_factory=list)

    def __post_init__(self) -> None:
        retry = RetryPolicy(attempts=3, first_delay=10.0, jitter=0.0)
        config = replace(self.line.world.config, retry=retry, batch_size=5)
        self.line.world.config = replace(config, store_retry=RetryPolicy(first_delay=0.0))
        self.line.on(self.handle)
        self.loops.append(self.start())

    def start(self) -> Loop:
        return self.line.start(lanes=self.lanes)

    def handle(self, record: Record, context: Context[Any]) -> None:
        value = record.value or b""
        if self.away:
            self.away -= 1
            raise StoreAway("no server")
        # What a transaction holds goes with it; what is staged is there for good.
        if is_undone := isinstance(self.line.side, Rows):
            self.line.side.do(record)
        told = self.ill.get(value)
        if told and (told.is_poison or self.failed[value] < told.failures):
            self.failed[value] += 1
            raise PoisonRecord("never") if told.is_poison else RetryLater("not yet")
        if not is_undone:
            self.line.side.do(record)

    def do(self, deed: Deed) -> None:
        match deed:
            case Say(key):
                value = key + b"%d" % len(self.said)
                self.said.append(value)
                self.ill |= {value: deed} if deed.failures else {}
                self._tell(value)
            case Again(key) if isinstance(self.line.side, Rows) and key in _NAMED:
                for value in [each for each in self.said if each.startswith(key)][-1:]:
                    self._tell(value)
            case Away(tries):
                self.away = tries
            case Turn(step, time):
                with breaking(crash_at(step, time)) if step else contextlib.nullcontext():
                    self.turn()
            case Pass(seconds):
                self.line.now += seconds
            case Restart():
                self.loops.pop(0)._broker.close()
                self.loops.append(self.start())
            case Join() if len(self.loops) < self.most:
                self.loops.append(self.start())
            case Leave() if len(self.loops) > 1:
                self.loops.pop(0)._broker.close()

    def _tell(self, value: bytes) -> None:
        key = value[:1]
        ce_id = value.decode() if key in _NAMED else ""
        self.line.say(value, key=key, ce_id=ce_id, part=KEYS.index(key) % 2)

    def turn(self) -> None:
        for number, loop in enumerate(self.loops):
            try:
                loop.turn()
            except Crash:
                loop._broker.vanish()  # type: ignore[attr-defined]
                self.loops[number] = self.start()

    def mend(self) -> None:
        """Mend the handlers, and let what is dead be tried again."""
        self.ill, self.away = {}, 0
        side = self.line.side
        if isinstance(side, Versions):
            for place, each in side._parked.items():
                if each.state == "dead":
                    side._parked[place] = replace(each, state="waiting", attempts=0, due=0.0)
        else:
            dead = ParkedRecord.objects.filter(state="dead")
            dead.update(state="waiting", attempts=0, due=0.0)

    def finish(self) -> None:
        self.mend()
        for _ in range(60):
            self.turn()
            self.line.now += _LONG
        for loop in self.loops:
            loop._broker.close()


def play(side: Side, deeds: list[Deed], most: int, lanes: int = 0) -> None:
    # One after the other, so that the same deeds do the same.
    world = World(Line(side), most, [Inline() for _ in range(lanes)])
    for deed in deeds:
        world.do(deed)
    # Whatever was done by now was done in its order, and nothing before its time.
    assert_in_order(side.done(), world.said, is_whole=False)
    world.finish()
    assert_in_order(side.done(), world.said, is_whole=True)


def assert_in_order(done: list[bytes], said: list[bytes], *, is_whole: bool) -> None:
    for key in KEYS:
        wanted = [value for value in said if value.startswith(key)]
        found = [value for value in done if value.startswith(key)]
        assert found == (wanted if is_whole else wanted[: len(found)])


@given(st.lists(_DEEDS, max_size=40))
@examples(max_examples=300)
def test_a_read_model_that_is_flushed_holds_each_key_in_its_order(deeds: list[Deed]) -> None:
    play(Versions(), deeds, most=1)


@pytest.mark.django_db
@given(st.lists(_DEEDS, max_size=40), st.sampled_from((0, 2)))
@examples(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_tables_hold_each_key_in_its_order_however_many_processes_share_it(
    deeds: list[Deed], lanes: int
) -> None:
    for model in (Decision, InboxEntry, ParkedRecord, PartitionOwner):
        model._default_manager.all().delete()
    play(Rows(), deeds, most=3, lanes=lanes)
