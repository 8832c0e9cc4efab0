"""What is parked goes with the tables in which it is not applied, forth and back."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from consumers.runtime.config import AT_ONCE_DEAD
from consumers.runtime.context import Context
from consumers.runtime.errors import Fenced
from consumers.runtime.faults import REBUILD_STEPS, Crash, RebuildStep, breaking, crash_at
from consumers.runtime.models import ParkedRecord
from consumers.runtime.parking.decisions import Person, discard, redrive
from consumers.runtime.rebuilding.port import RebuildRefused
from consumers.runtime.records import Record
from tests.consumers.runtime.rebuilding.homes import Homes, homes

pytestmark = pytest.mark.django_db(transaction=True)

_SOMEBODY = Person("somebody", "a test")


@pytest.fixture
def line() -> Iterator[Homes]:
    """Give homes that are handled once; what fails is dead."""
    with homes() as made:
        made.world.config = replace(made.world.config, retry=AT_ONCE_DEAD)
        yield made


def parked() -> list[tuple[str, str]]:
    rows = ParkedRecord.objects.order_by("topic", "partition", "offset")
    return [(bytes(row.value or b"").decode(), row.state) for row in rows]


def redriven(line: Homes) -> dict[str, list[str]]:
    """Mend what was wrong, redrive what is dead, and give what is shown then."""
    line.wrong = set()
    redrive(ParkedRecord.objects.all(), _SOMEBODY)
    line.consume()
    assert parked() == []
    return line.shown()


def test_what_waits_behind_a_dead_record_waits_on_the_way_back_too(line: Homes) -> None:
    line.wrong = {b"a2"}
    line.tell("a1", "a2", "a3", "b1")
    line.consume()
    line.rebuild()
    line.tell("a4", "b2")
    line.consume()
    line.rebuild(back=True)
    assert line.shown() == {"a": ["a1"], "b": ["b1", "b2"]}
    assert parked() == [("a2", "dead"), ("a3", "queued"), ("a4", "queued")]
    assert [letter.value for letter in line.letters()] == [b"a2"]
    line.tell("a5")
    line.consume()
    assert redriven(line) == {"a": ["a1", "a2", "a3", "a4", "a5"], "b": ["b1", "b2"]}


def test_what_only_the_newer_handlers_could_apply_is_dead_again_on_the_way_back(
    line: Homes,
) -> None:
    line.wrong = {b"a2"}
    line.tell("a1", "a2", "a3")
    line.consume()
    line.wrong = set()
    line.rebuild()
    line.tell("a4")
    line.consume()
    assert (line.shown(), parked()) == ({"a": ["a1", "a2", "a3", "a4"]}, [])
    with pytest.raises(RebuildRefused, match="3 rows of tried_change"):
        line.rebuild(back=True)
    assert (line.shown(), parked()) == ({"a": ["a1", "a2", "a3", "a4"]}, [])
    line.rebuild(back=True, accepts_losses=True)
    assert line.shown() == {"a": ["a1"]}
    assert parked() == [("a2", "dead"), ("a3", "queued"), ("a4", "queued")]
    assert redriven(line) == {"a": ["a1", "a2", "a3", "a4"]}


@pytest.mark.parametrize("step", REBUILD_STEPS)
def test_a_way_back_that_dies_anywhere_has_forgotten_nothing_of_what_waits(
    line: Homes, step: RebuildStep
) -> None:
    line.wrong = {b"a2"}
    line.tell("a1", "a2", "b1")
    line.consume()
    line.wrong = set()
    line.rebuild()
    line.tell("a3", "b2", "b3")
    line.consume()
    line.wrong = {b"a2", b"b2"}
    with breaking(crash_at(step)), pytest.raises(Crash, match=step):
        line.rebuild(back=True, accepts_losses=True)
    assert (len(line.shown()["a"]), parked()) == (3, [])
    line.rebuild(back=True, accepts_losses=True)
    assert line.shown() == {"a": ["a1"], "b": ["b1"]}
    states = {"a2": "dead", "a3": "queued", "b2": "dead", "b3": "queued"}
    assert dict(parked()) == states
    assert redriven(line) == {"a": ["a1", "a2", "a3"], "b": ["b1", "b2", "b3"]}


def test_what_only_the_newer_handlers_could_not_apply_holds_nothing_on_the_way_back(
    line: Homes,
) -> None:
    line.tell("a1", "a2", "a3")
    line.consume()
    line.wrong = {b"a2"}
    line.rebuild(accepts_losses=True)
    line.tell("a4")
    line.consume()
    assert parked() == [("a2", "dead"), ("a3", "queued"), ("a4", "queued")]
    line.wrong = set()
    line.rebuild(back=True)
    assert (line.shown(), parked()) == ({"a": ["a1", "a2", "a3", "a4"]}, [])


def test_what_was_discarded_meanwhile_does_not_come_back(line: Homes) -> None:
    line.wrong = {b"a2"}
    line.tell("a1", "a2", "b1")
    line.consume()
    line.rebuild()
    discard(ParkedRecord.objects.all(), _SOMEBODY)
    line.tell("a3")
    line.consume()
    line.rebuild(back=True)
    assert (line.shown(), parked()) == ({"a": ["a1", "a3"], "b": ["b1"]}, [])


class Forgetful(Homes):
    """Homes of which `c!` has all that is parked about one removed, as an erasure does."""

    def change(self, record: Record, context: Context[Any]) -> None:
        if record.value == b"c!":
            ParkedRecord.objects.filter(key=b"a").delete()
        super().change(record, context)


def test_what_a_handler_has_taken_out_of_the_lot_comes_back_on_no_way(line: Homes) -> None:
    forgetful = Forgetful()
    forgetful.world.config = line.world.config
    forgetful.wrong = {b"a2"}
    forgetful.tell("a1", "a2")
    forgetful.consume()
    forgetful.rebuild()
    assert parked() == [("a2", "dead")]
    forgetful.tell("c!")
    forgetful.consume()
    for back in (True, True, False):
        forgetful.rebuild(back=back)
        assert (forgetful.shown(), parked()) == ({"a": ["a1"], "c": ["c!"]}, [])
    assert [letter.value for letter in forgetful.letters()] == [b"a2"]


def test_what_fails_while_the_live_one_stands_still_is_told_by_a_letter(line: Homes) -> None:
    line.tell("a1", "b1")
    loop = line.start()
    line.consume(loop)
    line.rebuild()

    def meanwhile(step: str) -> None:
        if step == "compared":
            line.tell("a2", "b2")
            line.consume(loop)
            line.wrong = {b"a2"}

    with breaking(meanwhile):
        line.rebuild(back=True)
    loop._broker.vanish()  # type: ignore[attr-defined]
    assert (line.shown(), parked()) == ({"a": ["a1"], "b": ["b1", "b2"]}, [("a2", "dead")])
    assert [letter.value for letter in line.letters()] == [b"a2"]


def test_whoever_consumes_begins_anew_when_something_is_parked_that_it_does_not_know_of(
    line: Homes,
) -> None:
    line.tell("a1", "a2")
    loop = line.start()
    line.consume(loop)
    line.wrong = {b"a2"}
    line.rebuild(accepts_losses=True)
    line.tell("a3")
    with pytest.raises(Fenced):
        line.consume(loop)
    loop._broker.vanish()  # type: ignore[attr-defined]
    line.consume()
    assert (line.shown(), parked()) == ({"a": ["a1"]}, [("a2", "dead"), ("a3", "queued")])
    assert redriven(line) == {"a": ["a1", "a2", "a3"]}
