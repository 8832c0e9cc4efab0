"""A consumer that is halted reads nothing, in any process, until a person says to go on."""

from dataclasses import replace
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from pytest_django import Settings

from consumers.runtime.config import DeadLetterLimits
from consumers.runtime.consumer import Consumer
from consumers.runtime.context import Context
from consumers.runtime.errors import Halted, PoisonRecord, StopConsumer, StoreAway
from consumers.runtime.failures.database_halts import DatabaseHalts
from consumers.runtime.health.address import Address
from consumers.runtime.loop.loop import Loop
from consumers.runtime.loop.worker import Inline
from consumers.runtime.models import Halt, ParkedRecord
from consumers.runtime.parking.database import DatabaseLot
from consumers.runtime.records import Record
from tests.consumers.runtime.ledger import Ledger
from tests.consumers.runtime.stores.sides import Line, Rows, Versions
from tests.consumers.runtime.worlds import MemoryWorld, make_loop, turn_until

pytestmark = pytest.mark.django_db

_HALTS = DatabaseHalts("tried")
_FEW = DeadLetterLimits(in_a_row=3, share=0.5, of=10)

# What the settings name, for the commands.
tried: Consumer[None] = Consumer("tried")
tried.on("facts")(lambda record, context: None)
tried.forgets(lambda person, context: 0)


class Halting(Line):
    """A consumer that has no patience, and a flaw until it is mended."""

    def __init__(self, side: Rows | Versions) -> None:
        super().__init__(side)
        self.world.config = replace(self.world.config, name="tried", limits=_FEW)
        self.flaw: Exception | None = PoisonRecord("never")
        self.on(self.handle)

    def handle(self, record: Record, context: Context[Any]) -> None:
        if self.flaw and b"!" in (record.value or b""):
            raise self.flaw
        self.side.do(record)

    def told(self, *values: bytes, part: int = 0) -> "Halting":
        """Say values that each have a key of their own."""
        for value in values:
            self.say(value, key=value, part=part)
        return self

    def begin(self, turns: int = 12, **parts: Any) -> Loop:
        """Start a process, and let it do what it can."""
        loop = self.start(halts=_HALTS, lot=DatabaseLot("tried"), **parts)
        go_on(loop, turns)
        return loop

    def kill(self, loop: Loop) -> None:
        loop._broker.vanish()  # type: ignore[attr-defined]


def go_on(loop: Loop, turns: int = 12) -> None:
    for _ in range(turns):
        loop.turn()


@pytest.fixture(params=[Rows, Versions])
def line(request: pytest.FixtureRequest, settings: Settings) -> Halting:
    line = Halting(request.param())
    settings.CONSUMER = f"{__name__}.tried"
    settings.CONSUMER_CONFIG = line.world.config
    settings.CONSUMER_READ_MODEL = ""
    return line


def resume(*words: str) -> None:
    call_command("resume", "--actor", "ann", "--reason", "mended", *words)


def numbered(count: int, mark: str = "!") -> list[bytes]:
    return [f"{number}{mark}".encode() for number in range(count)]


def test_a_row_of_dead_letters_halts_and_no_new_process_lets_another_out(line: Halting) -> None:
    loop = line.told(*numbered(10)).begin()
    assert len(line.letters()) == 3
    said = loop.progress.unready()
    assert said.startswith("halted since 20")
    assert "UTC: 3 records in a row were poison; the last at facts/0/3: never" in said
    assert loop.progress.is_turning()
    for _ in range(3):
        line.kill(loop)
        loop = line.begin()
        assert (len(line.letters()), line.side.done()) == (3, [])
        assert "3 records in a row" in loop.progress.unready()
    assert Halt.objects.count() == 1
    loop._broker.close()


def test_a_share_of_dead_letters_halts_too(line: Halting) -> None:
    values = [b"%d%s" % (number, b"!" if number % 2 else b"") for number in range(40)]
    loop = line.told(*values).begin()
    assert len(line.letters()) == 5
    assert "5 of the last 10 records were poison" in loop.progress.unready()
    # What went well until then is durable, and nothing behind it was taken.
    assert line.side.done() == values[0:11:2]
    line.kill(loop)
    line.begin()._broker.close()
    assert len(line.letters()) == 5


@pytest.mark.parametrize("is_killed", [True, False])
def test_it_goes_on_where_it_was_halted_and_a_redrive_makes_it_whole(
    line: Halting, is_killed: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    values = numbered(10)
    loop = line.told(*values).begin()
    line.flaw = None
    if is_killed:
        line.kill(loop)
        loop = line.begin()
    call_command("dlq", "redrive", "--actor", "ann")
    assert "nothing is tried before `consumers resume`" in capsys.readouterr().err
    go_on(loop)
    assert line.side.done() == []
    resume()
    assert capsys.readouterr().out.startswith("tried goes on; it was halted since 20")
    go_on(loop)
    assert sorted(line.side.done()) == values
    assert (len(line.letters()), ParkedRecord.objects.count()) == (3, 0)
    assert "halted" not in loop.progress.unready()
    halt = Halt.objects.get()
    assert (halt.lifted_by, halt.lift_reason, halt.lifted_at is not None) == ("ann", "mended", True)
    assert str(halt).startswith("tried halted at 20")
    loop._broker.close()


def test_it_is_halted_again_when_nothing_was_mended(line: Halting) -> None:
    loop = line.told(*numbered(10)).begin()
    resume()
    go_on(loop)
    assert len(line.letters()) == 6
    assert Halt.objects.filter(lifted_at=None).count() == 1
    assert Halt.objects.count() == 2
    loop._broker.close()


def test_every_process_of_the_consumer_keeps_to_it(line: Halting) -> None:
    first, second = line.start(halts=_HALTS), line.start(halts=_HALTS)
    for _ in range(3):
        go_on(first, 1)
        go_on(second, 1)
    (of_first,) = first._assigned
    line.told(*numbered(10), part=of_first.number)
    go_on(first)
    line.told(b"good", part=1 - of_first.number)
    go_on(second)
    assert (len(line.letters()), line.side.done()) == (3, [])
    assert first.progress.unready() == second.progress.unready()
    resume()
    go_on(second)
    assert line.side.done() == [b"good"]
    for loop in (second, first):
        loop._broker.close()


def test_lanes_halt_together(line: Halting) -> None:
    line.world.config = replace(line.world.config, lanes=3)
    if isinstance(line.side, Versions):
        line.side.is_thread_safe = True  # type: ignore[attr-defined]
    loop = line.told(*numbered(12)).begin(lanes=[Inline() for _ in range(3)])
    assert len(line.letters()) == 3
    line.flaw = None
    resume()
    go_on(loop)
    assert len(line.side.done()) == 9
    assert len(line.letters()) == 3
    loop._broker.close()


def test_a_handler_that_knows_it_halts_it_and_its_record_comes_first_again(line: Halting) -> None:
    line.flaw = Halted("the tariff of 2027 is missing")
    loop = line.told(b"0", b"1!", b"2").begin()
    assert "UTC: the tariff of 2027 is missing" in loop.progress.unready()
    assert (line.letters(), ParkedRecord.objects.count()) == ([], 0)
    line.flaw = None
    resume()
    go_on(loop)
    assert line.side.done() == [b"0", b"1!", b"2"]
    loop._broker.close()


def test_a_handler_that_ends_its_process_halts_nothing(line: Halting) -> None:
    line.flaw = StopConsumer("the disk is full")
    line.told(b"0", b"1!", b"2")
    ended = line.start(halts=_HALTS)
    with pytest.raises(StopConsumer):
        go_on(ended)
    line.kill(ended)
    line.flaw = None
    loop = line.begin()
    assert line.side.done()[-2:] == [b"1!", b"2"]
    assert not Halt.objects.exists()
    loop._broker.close()


def test_the_probe_and_the_metrics_tell_it(line: Halting) -> None:
    loop = line.told(*numbered(10)).begin()
    address = Address(line.world.config, loop.progress)
    assert address.answer("/healthz")[0] == 200
    status, _, said = address.answer("/readyz")
    assert status == 503
    assert "never; `consumers resume` lets it go on" in said
    assert 'consumer_halted{consumer="tried"} 1' in address.answer("/metrics")[2]
    loop._broker.close()


def test_who_resumes_says_why_and_only_what_is_halted(line: Halting) -> None:
    with pytest.raises(CommandError, match="tried is not halted"):
        resume()
    with pytest.raises(CommandError, match="--reason"):
        call_command("resume")
    assert not Halt.objects.exists()


class Uncertain:
    """Halts in a database that is away at times."""

    def __init__(self) -> None:
        self.is_away = True
        self.reason = ""

    def standing(self) -> str:
        self._answer()
        return self.reason

    def halt(self, reason: str) -> None:
        self._answer()
        self.reason = reason

    def _answer(self) -> None:
        if self.is_away:
            raise StoreAway("no server")


@pytest.fixture
def world() -> MemoryWorld:
    world = MemoryWorld()
    world.config = replace(world.config, limits=_FEW)
    return world


def test_nothing_begins_before_it_is_known_that_it_may(world: MemoryWorld) -> None:
    ledger, halts = Ledger(), Uncertain()
    world.append(0, b"a")
    loop = make_loop(world, ledger, halts=halts)
    go_on(loop)
    assert ledger.durable == []
    halts.is_away = False
    turn_until(loop, lambda: ledger.durable == [b"a"])
    loop._broker.close()


def test_a_halt_that_cannot_be_kept_yet_lets_no_letter_out(world: MemoryWorld) -> None:
    def never(record: Record) -> None:
        raise PoisonRecord("never")

    halts = Uncertain()
    halts.is_away = False
    for number in range(10):
        world.append(0, b"%d" % number)
    loop = make_loop(world, Ledger(), never, halts=halts)
    loop.turn()
    halts.is_away = True
    go_on(loop)
    assert (len(world.dead_letters()), loop.progress.halt) == (3, "")
    halts.is_away = False
    turn_until(loop, lambda: loop.progress.halt.startswith("3 records"))
    assert len(world.dead_letters()) == 3
    loop._broker.close()
