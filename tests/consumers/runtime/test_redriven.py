"""Limits and redrives on Kafka and PostgreSQL, while the processes run and as people type it."""

import json
import signal
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest

from stack.readiness import wait
from tests.consumers.runtime.counted.running import KEYS, Counted
from tests.running_stack import Stack

pytestmark = pytest.mark.stack

_PATIENCE = 120
_PERSON = ("--actor", "ann", "--reason", "mended")


@pytest.fixture
def counted(stack: Stack, tmp_path: Path) -> Iterator[Counted]:
    made = Counted(stack, tmp_path / "log", processes=2, partitions=2)
    yield made
    made.remove()


@contextmanager
def running(counted: Counted) -> Iterator["subprocess.Popen[bytes]"]:
    parent = counted.start()
    try:
        yield parent
    finally:
        parent.send_signal(signal.SIGTERM)
        code = parent.wait(60)
    assert code == 0, counted.log.read_text()


def is_halted(counted: Counted) -> bool:
    told = [counted.unready(number) for number in range(counted.processes)]
    return all(each.startswith("halted since") for each in told)


def is_killed_and_halted(counted: Counted, parent: "subprocess.Popen[bytes]") -> bool:
    """Kill all processes; tell whether those that their parent begins instead are halted, too."""
    killed = psutil.Process(parent.pid).children()
    for child in killed:
        child.kill()
    gone, _ = psutil.wait_procs(killed, _PATIENCE)
    return len(gone) == counted.processes and wait(lambda: is_halted(counted), _PATIENCE)


def test_no_restart_by_the_parent_lets_more_letters_out_of_a_halted_consumer(
    counted: Counted, stack: Stack
) -> None:
    def letters() -> int:
        return len(stack.records("counted.dead-letters"))

    counted.in_a_row = 3
    counted.flaws.write_text("*")
    with running(counted) as parent:
        assert wait(lambda: counted.assigned() == [1, 1], _PATIENCE)
        counted.tell(3)
        assert wait(lambda: is_halted(counted), _PATIENCE)
        known = letters()
        # Three of each process at most, of twelve keys that are all poison.
        assert 3 <= known <= 6
        assert is_killed_and_halted(counted, parent)
        assert is_killed_and_halted(counted, parent)
        assert (letters(), counted.done()) == (known, [])
        assert "3 records in a row were poison" in counted.run("status")

        counted.flaws.unlink()
        assert "counted goes on; it was halted since" in counted.run("resume", *_PERSON)
        counted.run("dlq", "redrive", *_PERSON)
        assert wait(lambda: counted.is_done(counted.told), _PATIENCE)
        assert wait(lambda: [counted.unready(number) for number in (0, 1)] == ["ok"] * 2, _PATIENCE)
    assert (counted.wrong(counted.told), letters()) == ([], known)


def test_a_running_consumer_takes_what_is_redriven_in_key_order_and_ends_as_a_fresh_one(
    counted: Counted,
) -> None:
    counted.flaws.write_text("3.2 5.1 8.3")
    counted.tell(4)
    held = 3 + 4 + 2
    with running(counted):
        assert wait(lambda: len(counted.done()) == 4 * KEYS - held, _PATIENCE)
        assert [each["key"] for each in dlq(counted, "list", "--state", "dead")] == ["3", "5", "8"]
        assert len(dlq(counted, "list", "--key", "3")) == 3
        assert counted.run("dlq", "list", "--since", "2100-01-01") == "nothing is parked\n"

        would = counted.run("dlq", "redrive", "--error", "3.2 is", "--dry-run", *_PERSON)
        assert "would redrive; nothing was changed" in would
        # Not mended: it is dead again, and those behind it stay.
        assert redriven(counted, "--key", "3", fails=True) == ["dead: PoisonRecord: 3.2 is flawed"]
        assert len(counted.done()) == 4 * KEYS - held

        counted.flaws.write_text("8.3")
        assert redriven(counted, "--error", "3.2 is") == ["applied"]
        assert wait(lambda: len(counted.done()) == 4 * KEYS - held + 3, _PATIENCE)
        # Of another key that is dead still, later ones wait; of the one that was mended, none.
        counted.tell(2)
        assert wait(lambda: len(counted.done()) == 6 * KEYS - 6 - 4, _PATIENCE)
        (place,) = [each["place"] for each in dlq(counted, "list", "--key", "5", "--state", "dead")]
        assert redriven(counted, "--place", place) == ["applied"]
        assert wait(lambda: len(counted.done()) == 6 * KEYS - 4, _PATIENCE)
        counted.flaws.unlink()
        assert redriven(counted, "--topic", counted.topic) == ["applied"]
        assert wait(lambda: counted.is_done(counted.told), _PATIENCE)
        assert counted.run("dlq", "list") == "nothing is parked\n"
    assert counted.wrong(counted.told) == []
    assert decided(counted) == ["3.2", "3.2", "5.1", "8.3"]

    hybrid = by_key(counted)
    counted.forget()
    with running(counted):
        assert wait(lambda: counted.is_done(counted.told), _PATIENCE)
    assert by_key(counted) == hybrid


def dlq(counted: Counted, *words: str) -> Any:
    return json.loads(counted.run("dlq", *words, "--json"))


def redriven(counted: Counted, *words: str, fails: bool = False) -> list[str]:
    """Redrive and wait; give what became of each."""
    said = counted.run("dlq", "redrive", *words, *_PERSON, "--wait", "60", "--json", fails=fails)
    return list(json.loads(said[: said.rindex("}") + 1]).values())


def decided(counted: Counted) -> list[str]:
    """Give the values about which ann has decided, as their errors name them."""
    with psycopg.connect(counted.database) as reader:
        rows = reader.execute("""
            SELECT error FROM runtime_decision
            WHERE (verb, actor, reason) = ('redrive', 'ann', 'mended') ORDER BY id""").fetchall()
    return [error.split()[1] for (error,) in rows]


def by_key(counted: Counted) -> dict[str, list[str]]:
    found = defaultdict(list)
    for value in counted.done():
        found[value.partition(".")[0]].append(value)
    return found
