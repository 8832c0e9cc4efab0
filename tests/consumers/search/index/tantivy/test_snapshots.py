"""An index in one file: a replica begins from it and goes on; what is damaged changes nothing."""

import json
import tarfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from consumers.criteria.criteria import Criteria
from consumers.criteria.statuses import HIDDEN, LISTED
from consumers.runtime.snapshots import SnapshotRefused
from consumers.search.index.tantivy.engine import TantivyEngine
from consumers.search.index.tantivy.wholeness import LIST, named_files
from stack.readiness import wait
from tests.consumers.changes import row
from tests.consumers.conftest import SearchLine
from tests.consumers.search.rebuilds import rebuild

EVERYTHING = Criteria(statuses=LISTED + HIDDEN)


@pytest.fixture
def stocked(line: SearchLine) -> SearchLine:
    for number in range(1, 41):
        line.save(row(id=number), lsn=number)
        if number % 5 == 0:
            line.run()
    line.delete(40, lsn=50)
    line.run()
    return line


def rows_of(line: SearchLine) -> list[dict[str, Any]]:
    return line.reader().view().select(EVERYTHING).rows(0, 1000)


def saved(line: SearchLine, folder: Path) -> Path:
    file = folder / "search.tar"
    TantivyEngine(line.root).snapshots().save(file)
    return file


def contents(root: Path) -> dict[str, bytes]:
    files = (path for path in root.rglob("*") if path.is_file() and path.suffix != ".lock")
    return {str(path.relative_to(root)): path.read_bytes() for path in files}


def test_a_replica_begins_with_the_file_and_goes_on_from_its_offsets(
    stocked: SearchLine, tmp_path: Path
) -> None:
    file = saved(stocked, tmp_path)
    # The consumer it was taken from is not held up, and goes on.
    stocked.save(row(id=1, version=2, price=1), lsn=60)
    stocked.save(row(id=50), "c", lsn=61)
    stocked.run()

    told = TantivyEngine(tmp_path / "replica").snapshots().restore(file)

    assert (told.entities, set(told.offsets.values())) == (40, {42})
    replica = SearchLine(tmp_path / "replica", stocked.cluster)
    assert not replica.live().is_ready
    assert not replica.projection.wants_rebuild
    assert len(rows_of(replica)) == 39
    replica.run()
    assert replica.live().is_ready
    assert replica.loop.progress.applied == 2
    assert rows_of(replica) == rows_of(stocked)
    assert replica.projection._kept == stocked.projection._kept
    assert replica.live().offsets == stocked.live().offsets
    replica.close()


def test_a_segment_that_is_being_written_is_left_out(stocked: SearchLine, tmp_path: Path) -> None:
    index = stocked.root / stocked.live().directory
    named = {LIST, *named_files(index)}
    listing = stocked.index.listing(1)
    assert listing is not None
    stocked.index.put(listing, "Half written.", 0)
    # The engine's own thread begins its files.
    assert wait(lambda: {each.name for each in index.glob("[!.]*")} > named, 30)

    with tarfile.open(saved(stocked, tmp_path)) as archive:
        assert set(archive.getnames()) == {"contents.json", *named}


def test_what_is_restored_over_leads_back(stocked: SearchLine, tmp_path: Path) -> None:
    file = saved(stocked, tmp_path)
    stocked.save(row(id=50), "c", lsn=61)
    stocked.run()
    grown = rows_of(stocked)
    stocked.close()

    TantivyEngine(stocked.root).snapshots().restore(file)

    stocked.start()
    assert len(rows_of(stocked)) == len(grown) - 1
    rebuild(stocked, back=True)
    assert rows_of(stocked) == grown
    stocked.run()
    assert rows_of(stocked) == grown


def test_an_index_that_is_written_is_not_restored_over(stocked: SearchLine, tmp_path: Path) -> None:
    file = saved(stocked, tmp_path)
    with pytest.raises(SnapshotRefused, match=r"process \d+ already writes the index"):
        TantivyEngine(stocked.root).snapshots().restore(file)


def cut_off(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def with_a_bit_turned(file: Path) -> None:
    with tarfile.open(file) as archive:
        largest = max(archive.getmembers(), key=lambda member: member.size)
    damaged = bytearray(file.read_bytes())
    damaged[largest.offset_data + largest.size // 2] ^= 1
    file.write_bytes(damaged)


def rewritten(file: Path, **changes: Any) -> None:
    with tarfile.open(file) as archive:
        told = {
            each.name: (archive.extractfile(each) or BytesIO()).read() for each in archive
        } | changes.pop("members", {})
    listed = json.loads(told["contents.json"])
    listed["state"] |= changes
    told["contents.json"] = json.dumps(listed).encode()
    with tarfile.open(file, "w") as archive:
        for name, data in told.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, BytesIO(data))


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (cut_off, "search.tar"),
        (with_a_bit_turned, "has other bytes than were written"),
        (lambda file: file.write_bytes(b"no archive"), "search.tar"),
        (lambda file: file.unlink(), "No such file"),
        (lambda file: rewritten(file, format=1), "is of format 1, not"),
        (lambda file: rewritten(file, documents=7), "another number of listings"),
        (lambda file: rewritten(file, members={"meta.json": b"{}"}), "meta.json has other bytes"),
    ],
)
def test_a_damaged_file_changes_nothing(
    stocked: SearchLine, tmp_path: Path, damage: Callable[[Path], object], reason: str
) -> None:
    file = saved(stocked, tmp_path)
    damage(file)
    stocked.close()
    before, grown = contents(stocked.root), rows_of(stocked)

    with pytest.raises(SnapshotRefused, match=reason):
        TantivyEngine(stocked.root).snapshots().restore(file)

    assert contents(stocked.root) == before
    stocked.start()
    assert rows_of(stocked) == grown


def test_the_commands_say_what_is_in_the_file(
    stocked: SearchLine, tmp_path: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.SEARCH_ENGINE = "tantivy"
    settings.CONSUMER_SNAPSHOTS = "consumers.search.projection.snapshots"
    settings.SEARCH_INDEX_DIR = str(stocked.root)
    file = tmp_path / "search.tar"
    call_command("snapshot", file)
    assert f"{file} holds 40 entities up to" in capsys.readouterr().out

    with pytest.raises(CommandError, match="Nothing was changed: process"):
        call_command("restore", file)
    settings.SEARCH_INDEX_DIR = str(tmp_path / "replica")
    call_command("restore", file)
    assert "40 entities are in place; the consumer goes on from" in capsys.readouterr().out

    settings.CONSUMER_SNAPSHOTS = ""
    with pytest.raises(CommandError, match="Nothing was written: its read model is in a database"):
        call_command("snapshot", file)
