"""Files that are damaged behind their opening: the search says so, and the monolith answers."""

import os
import shutil
from pathlib import Path

import pytest
from django.test import Client

from consumers.criteria.criteria import Criteria
from consumers.runtime.errors import StopConsumer
from consumers.runtime.snapshots import SnapshotRefused
from consumers.search.features import Feature
from consumers.search.index.state import FILE
from consumers.search.index.tantivy import wholeness
from tests.consumers.changes import row
from tests.consumers.conftest import SearchLine, SwitchOn
from tests.consumers.search.index.tantivy.test_wholeness import turn_a_bit

# Where a file says what it holds: all that the engine looks at as it opens it.
_END = 512
_QUESTIONS = ("/search?q=porch", "/api/v1/search?q=porch&sort=distance&near=41.6,-83.5")


@pytest.fixture
def stocked(line: SearchLine) -> SearchLine:
    for number in range(1, 300):
        line.save(row(id=number, title=f"Porch {number}", description="deck " * number))
    line.run()
    return line


@pytest.mark.parametrize("features", [(), tuple(Feature)], ids=["as ever", "with all features"])
@pytest.mark.parametrize("is_open", [True, False], ids=["read before", "not read yet"])
@pytest.mark.parametrize("suffix", [".store", ".fast", ".term"])
def test_a_page_of_a_damaged_file_is_left_to_the_monolith(
    stocked: SearchLine,
    search_client: Client,
    switch_on: SwitchOn,
    suffix: str,
    is_open: bool,
    features: tuple[Feature, ...],
) -> None:
    switch_on(*features)
    if is_open:
        assert search_client.get("/search?beds_min=20").status_code == 200
    damage(stocked.root, suffix)
    for question in _QUESTIONS:
        answer = search_client.get(question)
        assert (answer.status_code, answer["Retry-After"]) == (503, "1")
        reason = "cannot be read" if is_open else "is damaged"
        assert answer.content.startswith(f"the index {reason}: ".encode())


@pytest.mark.parametrize("is_open", [True, False], ids=["read before", "not read yet"])
def test_an_index_that_is_not_there_is_told_by_the_probe(
    stocked: SearchLine, search_client: Client, is_open: bool
) -> None:
    if is_open:
        assert search_client.get("/readyz").status_code == 200
    (stocked.root / FILE).unlink()
    answer = search_client.get("/readyz")
    assert answer.status_code == 503
    assert answer.content.decode() == f"there is no {FILE} in {stocked.root}\n"


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look after the files at every turn."""
    monkeypatch.setattr(wholeness, "EVERY_S", 0.0)


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("suffix", [".store", ".fast", ".term", ".idx", ".pos"])
def test_a_file_cut_short_under_its_readers_is_told_by_the_probe_and_left_to_the_monolith(
    stocked: SearchLine, search_client: Client, suffix: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert search_client.get("/search?q=porch").status_code == 200
    (cut, *_) = stocked.root.glob(f"index-*/*{suffix}")
    # To look at what is no longer there would end this process.
    os.truncate(cut, 100)
    for path in ("/readyz", *_QUESTIONS):
        answer = search_client.get(path)
        assert answer.status_code == 503
        told = f"the index is damaged: {cut.name} was cut short"
        assert answer.content.decode().startswith(told)
    (line,) = [each for each in caplog.messages if each.startswith("index_damaged ")]
    assert cut.name in line


@pytest.mark.usefixtures("at_once")
def test_a_consumer_whose_files_are_spoilt_ends_and_the_next_one_begins_anew(
    stocked: SearchLine, search_client: Client
) -> None:
    assert search_client.get("/readyz").status_code == 200
    turn_a_bit(next(stocked.root.glob("index-*/*.store")))
    stocked.save(row(id=1, version=2, title="Loft"))
    with pytest.raises(StopConsumer, match=r"the index is damaged: \w+\.store has other bytes"):
        stocked.run()
    # Each look reads a part of what there is.
    answers = [search_client.get("/readyz").status_code for _ in range(20)]
    assert answers[-1] == 503

    stocked.close()
    stocked.start()
    assert stocked.index.state.offsets == {}
    # It is not asked before it has caught up.
    told = b"the index is still being built: it holds 0 listings\n"
    assert search_client.get("/readyz").content == told
    stocked.run()
    assert search_client.get("/readyz").status_code == 200
    assert search_client.get("/api/v1/search?q=porch").json()["count"] == 298


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("gone", ["", "index-*", "index-*/meta.json"])
def test_a_consumer_whose_folder_is_taken_away_ends_and_the_next_one_begins_anew(
    stocked: SearchLine, search_client: Client, gone: str
) -> None:
    assert search_client.get("/readyz").status_code == 200
    (found,) = stocked.root.glob(gone) if gone else [stocked.root]
    if found.is_dir():
        shutil.rmtree(found)
    else:
        found.unlink()
    for path in ("/readyz", *_QUESTIONS):
        assert search_client.get(path).status_code == 503
    stocked.save(row(id=1, version=2, title="Loft"))
    with pytest.raises(StopConsumer):
        stocked.run()

    stocked.crash()
    stocked.run()
    assert search_client.get("/readyz").status_code == 200
    assert search_client.get("/api/v1/search?q=porch").json()["count"] == 298


@pytest.mark.parametrize("suffix", [".store", ".fast", ".term", ".idx", ".pos", ".fieldnorm"])
def test_a_consumer_that_finds_damage_begins_anew(stocked: SearchLine, suffix: str) -> None:
    stocked.close()
    turn_a_bit(next(stocked.root.glob(f"index-*/*{suffix}")))
    stocked.start()
    assert stocked.index.state.offsets == {}
    stocked.run()
    assert stocked.reader().view().select(Criteria()).count() == 299


def test_no_copy_is_taken_of_a_damaged_index(stocked: SearchLine, tmp_path: Path) -> None:
    turn_a_bit(next(stocked.root.glob("index-*/*.store")))
    with pytest.raises(SnapshotRefused, match="has other bytes than were written"):
        stocked.engine.snapshots().save(tmp_path / "copy.tar")
    assert not (tmp_path / "copy.tar").exists()


def damage(root: Path, suffix: str) -> None:
    """Spoil files where they are, as a disk does."""
    files = list(root.glob(f"index-*/*{suffix}"))
    assert files
    for file in files:
        with file.open("r+b") as there:
            there.write(b"\x5a" * (file.stat().st_size - _END))
