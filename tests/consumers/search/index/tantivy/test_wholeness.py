"""What a disk may do to the files of an index, and when it is noticed."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from consumers.search.index.state import UnusableState
from consumers.search.index.tantivy.wholeness import EVERY_S, Wholeness
from tests.consumers.changes import row
from tests.consumers.conftest import SearchLine

PARTS = ("fast", "fieldnorm", "idx", "pos", "store", "term", "del")


class Clock:
    """Seconds that pass when told."""

    now = 100.0

    def __call__(self) -> float:
        return self.now

    def passes(self) -> None:
        self.now += EVERY_S


@pytest.fixture
def index(line: SearchLine) -> Path:
    """Give the folder of an index of two segments, from one of which something is deleted."""
    for number in range(1, 30):
        line.save(row(id=number), lsn=number)
    line.run()
    line.save(row(id=1, version=2), lsn=50)
    line.run()
    (folder,) = line.root.glob("index-*")
    return folder


def part_of(index: Path, part: str) -> Path:
    return max(index.glob(f"*.{part}"), key=lambda file: file.stat().st_size)


def turn_a_bit(file: Path) -> None:
    """Turn one bit of what is told, with no sign of it in the file's time."""
    times = file.stat()
    with file.open("r+b") as there:
        told = there.read(1)
        there.seek(0)
        there.write(bytes([told[0] ^ 1]))
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))


def cut_short(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def cut_to_nothing(file: Path) -> None:
    os.truncate(file, 0)


def look_long(files: Wholeness, clock: Clock) -> None:
    """Look until each file of such an index has had its turn."""
    for _ in range(40):
        clock.passes()
        files.look()


def test_an_index_is_whole_after_every_commit_deletion_and_merge(line: SearchLine) -> None:
    clock = Clock()
    watched: dict[Path, Wholeness] = {}
    for number in range(1, 80):
        line.save(row(id=1 + number % 50, version=number), lsn=number)
        line.run()
        (folder,) = line.root.glob("index-*")
        files = watched.setdefault(folder, Wholeness(folder, clock))
        clock.passes()
        files.look()
        Wholeness(folder).prove()


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("spoil", [turn_a_bit, cut_short, cut_to_nothing, Path.unlink])
def test_damage_of_any_kind_in_any_file_is_found_at_the_beginning(
    index: Path, part: str, spoil: Callable[[Path], None]
) -> None:
    spoil(part_of(index, part))
    with pytest.raises(UnusableState, match=rf"the index is damaged: \w+\.(\d+\.)?{part} "):
        Wholeness(index).prove()


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("spoil", [cut_short, cut_to_nothing, Path.unlink])
def test_a_file_that_is_not_as_long_as_before_is_noticed_within_a_second(
    index: Path, part: str, spoil: Callable[[Path], None]
) -> None:
    clock = Clock()
    files = Wholeness(index, clock)
    files.prove()
    files.look()
    spoil(part_of(index, part))
    files.look()
    clock.passes()
    with pytest.raises(UnusableState, match=part):
        files.look()


@pytest.mark.parametrize("part", PARTS)
def test_a_bit_that_turns_by_itself_is_noticed_when_its_file_has_its_turn(
    index: Path, part: str
) -> None:
    clock = Clock()
    files = Wholeness(index, clock)
    files.prove()
    files.look()
    turn_a_bit(part_of(index, part))
    with pytest.raises(UnusableState, match=rf"{part} has other bytes than were written"):
        look_long(files, clock)


def test_files_that_a_merge_has_removed_are_not_missed(line: SearchLine, index: Path) -> None:
    clock = Clock()
    files = Wholeness(index, clock)
    files.prove()
    before = {file.name for file in index.glob("*.store")}
    for number in range(60):
        line.save(row(id=100 + number), lsn=200 + number)
        line.run()
        line.index.finish_merges()  # type: ignore[attr-defined]
    assert before - {file.name for file in index.glob("*.store")}
    look_long(files, clock)
