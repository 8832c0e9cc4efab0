"""Edits, crashes of the consumer and of rebuilds, swaps and ways back, in any order: same end."""

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from consumers.criteria.criteria import Criteria
from consumers.criteria.statuses import HIDDEN, LISTED
from consumers.runtime.config import RetryPolicy
from consumers.runtime.errors import StopConsumer
from consumers.runtime.faults import REBUILD_STEPS, Crash, RebuildStep, Step, breaking
from consumers.runtime.rebuilding.port import RebuildRefused
from consumers.search.index.port import Kept, SearchEngine
from tests.consumers.changes import row
from tests.consumers.conftest import SearchLine
from tests.consumers.search.engines import Engines, on_both_engines
from tests.consumers.search.rebuilds import rebuild

_EVERYTHING = Criteria(statuses=LISTED + HIDDEN)


class Storm:
    """A line in which anything may happen next."""

    def __init__(self, root: Path, engine: SearchEngine, seed: int) -> None:
        self.line = SearchLine(root, engine=engine)
        patience = RetryPolicy(first_delay=0.0, jitter=0.0)
        self.line.config = replace(self.line.config, flush_seconds=1000, store_retry=patience)
        self.line.restart()
        self._chance = random.Random(seed)
        self._lsn = 0
        self._versions: dict[int, int] = {}
        # What pages have shown of each home; they never show less again.
        self._shown: dict[int, Kept] = {}
        self.swaps = self.crashes = self.refusals = 0

    def blow(self) -> None:
        """Let the next thing happen."""
        self._chance.choice(
            [self._edit, self._edit, self._turn, self._turn, self._die, self._swap]
        )()
        self._look()

    def _edit(self) -> None:
        for _ in range(self._chance.randint(1, 5)):
            self._lsn += 1
            home = self._chance.randint(1, 12)
            if home in self._versions and self._chance.random() < 0.2:
                del self._versions[home]
                self.line.delete(home, lsn=self._lsn)
            else:
                self._versions[home] = version = self._versions.get(home, 0) + 1
                price = -1 if self._chance.random() < 0.05 else self._lsn
                self.line.save(row(id=home, version=version, price=price), lsn=self._lsn)

    def _turn(self) -> None:
        try:
            self.line.loop.turn()
        except StopConsumer:
            # It had the index open that two swaps have taken away.
            self._die()

    def _die(self) -> None:
        # Nothing is flushed; the next process reads what the state says.
        self.line.restart()

    def _swap(self) -> None:
        try:
            with breaking(self._amid):
                rebuild(self.line, back=self._chance.random() < 0.3)
            self.swaps += 1
        except RebuildRefused:
            # Nothing was kept, or the consumer has not let go of it yet.
            self.refusals += 1
        except Crash:
            self.crashes += 1

    def _amid(self, step: Step | RebuildStep) -> None:
        if step in REBUILD_STEPS:
            self._chance.choice([self._edit, self._turn, self._turn, self._look])()
            if self._chance.random() < 0.08:
                raise Crash(step)

    def _look(self) -> None:
        view = self.line.reader().view()
        for home in range(1, 13):
            held = view.held(home)
            kept = held[0] if held else None
            if home in self._shown:
                assert kept is not None
                assert kept.lsn >= self._shown[home].lsn
            if kept is not None:
                self._shown[home] = kept


@on_both_engines
@pytest.mark.parametrize("seed", range(3))
def test_after_any_storm_the_index_equals_a_fresh_one_and_no_page_went_back(
    tmp_path: Path, engine_in: Engines, seed: int
) -> None:
    storm = Storm(tmp_path / "index", engine_in(tmp_path / "index"), seed)
    for _ in range(40):
        storm.blow()
    assert storm.swaps
    line = storm.line
    line.run()
    fresh = SearchLine(tmp_path / "fresh", line.cluster)
    fresh.run()
    assert line.projection._kept == fresh.projection._kept
    assert rows_of(line) == rows_of(fresh)
    assert line.index.state.offsets == fresh.index.state.offsets
    assert set(line.parked) == set(fresh.parked)
    line.close()
    fresh.close()


def rows_of(line: SearchLine) -> list[dict[str, Any]]:
    return line.reader().view().select(_EVERYTHING).rows(0, 1000)
