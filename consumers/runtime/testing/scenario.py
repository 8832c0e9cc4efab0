"""A scenario as a sentence: given a consumer, events and rows, then its read model shows this.

    given(prices, shows=lambda _: dict(Price.objects.values_list("listing_id", "price")))
        .events(ListingRepriced(7, 100, 90), ListingRepriced(7, 90, 80))
        .twice().crashing().fresh()
        .then({7: 80})

Enters: what the monolith would tell. Leaves: the read model, or an ``AssertionError`` that names
the way in which the scenario was played: once as told, and once in each way asked for.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Generic

from cdc.contracts.events import DomainEvent
from cdc.contracts.handled_by import MONOLITH, Stamp
from cdc.contracts.tables import CapturedTable
from consumers.runtime.config import ConsumerConfig
from consumers.runtime.consumer import Consumer
from consumers.runtime.context import ReadModel
from consumers.runtime.faults import STEPS, Step, crash_at
from consumers.runtime.records import Record
from consumers.runtime.testing.golden import golden
from consumers.runtime.testing.line import Line
from consumers.runtime.testing.playing import Deed, Outcome, Way, play, undone
from consumers.runtime.testing.records import Op, Told

_ANYTHING: Any = object()


@dataclass(frozen=True, slots=True)
class Scenario(Generic[ReadModel]):
    """What is told, and the ways to play it; every method but ``then`` gives a new one."""

    consumer: Consumer[ReadModel]
    opens: Callable[[Path], AbstractContextManager[ReadModel]] | None
    shows: Callable[[ReadModel], Any]
    config: ConsumerConfig | None
    deeds: tuple[Deed, ...] = ()
    ways: tuple[Way, ...] = ()
    crashes: tuple[Step, ...] = ()

    def events(self, *events: DomainEvent, stamp: Stamp = MONOLITH) -> "Scenario[ReadModel]":
        """Tell domain events, stamped alike; the versions of each aggregate rise by themselves."""
        return self._with(*(partial(Line.event, event=each, stamp=stamp) for each in events))

    def rows(
        self, table: CapturedTable, *rows: dict[str, Any], op: Op = "u", snapshot: str = ""
    ) -> "Scenario[ReadModel]":
        """Tell row changes; columns left out are those of the table's golden example."""
        row = partial(Line.row, table=table, op=op, snapshot=snapshot)
        return self._with(*(partial(row, columns=each) for each in rows))

    def records(self, *told: Told) -> "Scenario[ReadModel]":
        """Put records on their topics as they are."""
        return self._with(*(partial(_tell, told=each) for each in told))

    def golden(self) -> "Scenario[ReadModel]":
        """Tell the golden example of everything that is on the consumer's topics."""
        return self._with(*golden(self.consumer))

    def passes(self, seconds: float) -> "Scenario[ReadModel]":
        """Let time pass; from here on no more passes by itself until nothing waits."""
        return self._with(partial(_pass, seconds=seconds))

    def twice(self) -> "Scenario[ReadModel]":
        """Play it also with every record delivered twice, and all of them again in the end."""
        return replace(self, ways=(*self.ways, Way("every record twice", is_twice=True)))

    def fresh(self) -> "Scenario[ReadModel]":
        """Play it also as a rebuild from the beginning, which must show the same."""
        return replace(self, ways=(*self.ways, Way("built afresh", is_fresh=True)))

    def in_lanes(self, count: int = 4) -> "Scenario[ReadModel]":
        """Play it also with the keys spread over so many lanes."""
        return replace(
            self, ways=(*self.ways, Way(f"in {count} lanes", is_fresh=True, lanes=count))
        )

    def crashing(self, *steps: Step) -> "Scenario[ReadModel]":
        """Play it also with a crash each time that one of these steps, or any, is reached."""
        return replace(self, crashes=steps or STEPS)

    def then(
        self, shown: Any = _ANYTHING, *, dead: tuple[str, ...] = (), waiting: tuple[str, ...] = ()
    ) -> Outcome:
        """Play it and require what the read model shows, and which records could not be applied.

        ``dead`` and ``waiting`` have a part of the error of each such record; others must not
        be there. The test's database is left as it was.
        """
        reached: Counter[str] = Counter()
        told = Way(breaks=lambda step: reached.update([step]))
        outcome = self._play(told)
        expected = outcome.shown if shown is _ANYTHING else shown
        _require(outcome, expected, dead, waiting, told)
        for way in (*self.ways, *self._crashing(reached)):
            _require(self._play(way), expected, dead, waiting, way)
        return outcome

    def _with(self, *deeds: Deed) -> "Scenario[ReadModel]":
        return replace(self, deeds=(*self.deeds, *deeds))

    def _crashing(self, reached: Counter[str]) -> Iterator[Way]:
        for step in self.crashes:
            for time in range(1, reached[step] + 1):
                yield Way(f"a crash at {step!r}, time {time}", breaks=crash_at(step, time))

    def _play(self, way: Way) -> Outcome:
        # Each in a world of its own: an empty folder, or the database as the test has made it.
        with TemporaryDirectory() as folder, nullcontext() if self.opens else undone():
            opens = partial(self.opens, Path(folder)) if self.opens else None
            made = Line(self.consumer, opens, config=self.config, lanes=way.lanes)
            with closing(made) as line:
                return play(line, self.deeds, way, self.shows)


def given(
    consumer: Consumer[ReadModel],
    opens: Callable[[Path], AbstractContextManager[ReadModel]] | None = None,
    *,
    shows: Callable[[ReadModel], Any] = lambda _: None,
    config: ConsumerConfig | None = None,
) -> Scenario[ReadModel]:
    """Begin a scenario of ``consumer``, whose read model is told by ``shows``.

    ``opens`` opens a read model without transactions in a folder; without it the handlers write
    by Django's models into the test's database.
    """
    return Scenario(consumer, opens, shows, config)


def _tell(line: Line[Any], told: Told) -> list[Record]:
    return line.tell(told)


def _pass(line: Line[Any], seconds: float) -> list[Record]:
    line.run()
    line.clock.move(seconds)
    line.is_timed = True
    return []


def _require(
    outcome: Outcome, shown: Any, dead: tuple[str, ...], waiting: tuple[str, ...], way: Way
) -> None:
    assert outcome.shown == shown, f"{way.name}: shows {outcome.shown!r} and not {shown!r}"
    for kind, found, named in (("dead", outcome.dead, dead), ("waiting", outcome.waiting, waiting)):
        surprises = [error for error in found if not any(part in error for part in named)]
        assert not surprises, f"{way.name}: {kind} {surprises}"
        missing = [part for part in named if not any(part in error for error in found)]
        assert not missing, f"{way.name}: not {kind} {missing}"
