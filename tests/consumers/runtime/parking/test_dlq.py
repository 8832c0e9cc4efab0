"""`dlq`: what a person sees and decides, and what the running consumer makes of it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from pytest_django import Settings

from cdc.contracts.tables import LISTINGS
from cdc.contracts.topics import LISTING_ROWS
from cdc.debezium import ChangeEvent
from consumers.runtime.consumer import Consumer
from consumers.runtime.context import Context
from consumers.runtime.models import Decision, ParkedRecord
from consumers.runtime.parking.choice import key_in, shown_key
from consumers.runtime.parking.database import DatabaseLot
from consumers.search.handlers import index, nobody
from consumers.search.projection import SearchProjection
from tests.consumers.changes import row
from tests.consumers.conftest import SearchLine
from tests.consumers.runtime.parking.facts import Line, flawed

pytestmark = pytest.mark.django_db

Output = pytest.CaptureFixture[str]


@pytest.fixture
def line(settings: Settings) -> Line:
    """Read three steps of a home, the first of which is flawed, and one of another."""
    return flawed(settings)


def run(output: Output, *words: str) -> Any:
    call_command("dlq", *words, "--json")
    return json.loads(output.readouterr().out)


def test_redriving_after_a_repair_gives_what_a_fresh_consumer_has(
    line: Line, capsys: Output
) -> None:
    (dead, *others) = run(capsys, "list")
    assert (dead["place"], dead["key"], dead["state"]) == ("facts/0/0", "7", "dead")
    assert (dead["behind"], [each["state"] for each in others]) == (2, ["queued", "queued"])

    line.flaw = b""
    assert run(capsys, "redrive", "--dry-run") == [dead]
    assert line.applied(1) == [b"8 a"]
    assert run(capsys, "redrive", "--actor", "ann", "--reason", "repaired") == {"facts/0/0": "due"}
    fresh = Line(line.world, flaw=b"")
    assert sorted(line.applied(4)) == sorted(fresh.applied(4)) == sorted(line.ledger.durable)
    assert line.ledger.durable[1:] == [b"7 a!", b"7 b", b"7 c"]
    assert run(capsys, "list") == []
    (decision,) = Decision.objects.all()
    assert (decision.verb, decision.actor, decision.reason) == ("redrive", "ann", "repaired")
    assert (str(decision), decision.error) == (
        "redrive facts/0/0 by ann",
        "PoisonRecord: b'7 a!' is no fact",
    )


def test_a_redrive_without_a_repair_says_that_it_is_dead_again(line: Line, capsys: Output) -> None:
    with pytest.raises(CommandError, match="1 of 1 were not applied"):
        run(capsys, "redrive", "--actor", "ann", "--wait", "0")
    assert "facts/0/0 waiting" in json.dumps(capsys.readouterr().out).replace('\\": \\"', " ")
    line.loop.turn()
    (dead, *_) = run(capsys, "list")
    assert (dead["state"], dead["attempts"], len(line.world.dead_letters())) == ("dead", 1, 2)


def test_a_discarded_record_lets_its_followers_go(line: Line, capsys: Output) -> None:
    with pytest.raises(CommandError, match="say which ones to discard"):
        run(capsys, "discard", "--actor", "ann", "--reason", "a test's")
    run(capsys, "discard", "--key", "7", "--actor", "ann", "--reason", "a test's")
    assert line.applied(3) == [b"8 a", b"7 b", b"7 c"]
    assert Decision.objects.get().verb == "discard"


def test_show_tells_everything_and_undecodable_bytes(line: Line, capsys: Output) -> None:
    (told,) = run(capsys, "show", "--state", "dead")
    assert (told["headers"], told["queue"]) == ({"ce_id": "1"}, ["facts/0/2", "facts/0/3"])
    assert bytes.fromhex(told["bytes"]) == b"7 a!"
    call_command("dlq", "show", "--place", "facts/0/0")
    said = capsys.readouterr().out
    assert "PoisonRecord: b'7 a!' is no fact" in said
    assert "in handle\n" in said


def test_filters_choose(line: Line, capsys: Output) -> None:
    tomorrow, nothing = "2100-01-01", list[Any]()
    for words, count in (
        (("--topic", "facts"), 3),
        (("--topic", "other"), 0),
        (("--key", "7", "--error", "NO FACT"), 1),
        (("--key", "8"), 0),
        (("--before", tomorrow), 3),
        (("--since", tomorrow), 0),
        (("--since", "2020-01-01T08:00+01:00", "--state", "queued"), 2),
        (("--place", "facts/0/2"), 1),
        (("--place", "facts/0/" + "9" * 29), 0),
    ):
        assert len(run(capsys, "list", *words)) == count, words
    call_command("dlq", "list", "--key", "8")
    assert capsys.readouterr().out == "nothing is parked\n"
    assert nothing == run(capsys, "list", "--error", "%")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("list", "--place", "facts/0"), "is no place"),
        (("list", "--place", "facts/0/-1"), "is no place"),
        (("list", "--since", "soon"), "is no time"),
        (("list", "--before", "2026-02-30"), "is no time"),
        (("list", "--key", "0xzz"), "is no key"),
        (("list", "--key", "\udcff"), "cannot be printed"),
        (("list", "--state", "gone"), "invalid choice"),
        (("redrive", "--key", "9"), "nothing fits"),
        (("redrive", "--place", "facts/0/2"), "facts/0/2 queued is not dead"),
        (("redrive", "--actor", "a\nb"), "cannot be printed"),
        (("redrive", "--actor", "a" * 151), "1 to 150 letters"),
        (("discard", "--all"), "--reason"),
    ],
)
def test_what_cannot_be_done_is_said(line: Line, words: tuple[str, ...], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        call_command("dlq", *words)
    assert not Decision.objects.exists()


@pytest.mark.parametrize("key", [b"7", b"", b"\xff\0", b"0x7", b'{"id": 7}', "ä".encode(), b"a\n"])
def test_a_key_that_is_shown_can_be_typed(key: bytes) -> None:
    assert key_in(shown_key(key)) == key
    assert shown_key(key).isprintable()


@pytest.fixture
def searching(tmp_path: Path, settings: Settings) -> Iterator[SearchLine]:
    """Index homes with a handler that cannot read home 13 until it is repaired."""
    consumer: Consumer[SearchProjection] = Consumer("search")

    @consumer.on(LISTINGS, holds_key=False)
    def broken(change: ChangeEvent, context: Context[SearchProjection]) -> None:
        if change.key["id"] == 13 and not (tmp_path / "repaired").exists():
            raise KeyError("garage")
        index(change, context)

    consumer.forgets(nobody)
    running = SearchLine(tmp_path / "index", consumer=consumer, lot=DatabaseLot("search"))
    settings.CONSUMER = "consumers.search.handlers.search"
    settings.CONSUMER_CONFIG = running.config
    settings.REGISTRY_URL = "http://127.0.0.1:1"
    yield running
    running.close()


def test_the_searchs_rows_are_as_if_they_had_never_failed(
    searching: SearchLine, tmp_path: Path, capsys: Output
) -> None:
    searching.save(row(id=12), op="c", lsn=1, snapshot="last")
    searching.save(row(id=13), op="c", lsn=2)
    searching.save(row(id=13, version=2, price=90_000), lsn=3)
    searching.save(row(id=12, version=2, price=80_000), lsn=4)
    searching.settle()
    assert ParkedRecord.objects.filter(state="dead").count() == 2
    (first, _) = run(capsys, "show", "--topic", LISTING_ROWS, "--state", "dead")
    assert first["row"]["id"] == 13

    (tmp_path / "repaired").touch()
    # The first, older one last: a version that is no news changes nothing.
    for place in ("2", "1"):
        run(capsys, "redrive", "--place", f"{LISTING_ROWS}/0/{place}", "--actor", "ann")
        searching.settle()
    fresh = SearchLine(tmp_path / "fresh", searching.cluster, searching.consumer)
    fresh.run()
    held = [view(line) for line in (searching, fresh)]
    assert held[0] == held[1]
    assert dict(held[0]) == {12: 2, 13: 2}
    fresh.close()


def view(line: SearchLine) -> list[tuple[int, int]]:
    return sorted(line.reader().view().versions(0, 100))
