"""The index directory: damage, other releases, and the schema that its format stands for."""

import json
import os
import zlib
from pathlib import Path

import pytest

from consumers.criteria.criteria import Criteria
from consumers.search.index.state import FILE, FORMAT
from tests.consumers.changes import row
from tests.consumers.conftest import SearchLine
from tests.consumers.search.engines import indexes_of
from tests.consumers.search.rebuilds import rebuild


@pytest.mark.parametrize("damage", ["no state", "bad state", "other format", "no segments", "meta"])
def test_a_damaged_index_is_built_again_from_the_beginning(line: SearchLine, damage: str) -> None:
    for number in range(20):
        line.save(row(id=number + 1))
    line.run()
    reader = line.reader()
    assert reader.view().select(Criteria()).count() == 20
    line.close()
    break_index(line.root, damage)
    line.start()
    assert line.index.state.offsets == {}
    assert not reader.view().state.is_ready
    line.run()
    assert reader.view().select(Criteria()).count() == 20
    assert reader.view().state.is_ready
    assert len(list(line.root.glob("index-*"))) == 1


def break_index(root: Path, damage: str) -> None:
    state = root / FILE
    (directory,) = root.glob("index-*")
    if damage == "no state":
        state.unlink()
    elif damage == "bad state":
        state.write_text("{")
    elif damage == "other format":
        state.write_text(json.dumps({**json.loads(state.read_text()), "format": 0}))
    elif damage == "meta":
        (directory / "meta.json").write_text("{}")
    else:
        for segment in directory.glob("*.*"):
            if segment.suffix in (".fast", ".idx", ".store", ".term"):
                segment.unlink()


def test_an_index_of_another_release_stays_until_this_one_can_go_back_by_itself(
    line: SearchLine,
) -> None:
    other = line.root / "state-0.json"
    (line.root / "index-0").mkdir()
    other.write_text('{"directory": "index-0", "format": 0}')
    line.save(row(id=1))
    line.run()
    rebuild(line)
    rebuild(line)
    # Its consumer may be running still.
    assert "index-0" in indexes_of(line)
    os.utime(other, (0, 0))
    rebuild(line)
    assert not other.exists()
    assert len(indexes_of(line)) == 2


def test_the_format_rises_with_the_schema(line: SearchLine) -> None:
    (meta,) = line.root.glob("index-*/meta.json")
    schema = json.dumps(json.loads(meta.read_text())["schema"], sort_keys=True)
    # Is the schema another one? Raise the format, or older indexes will be read wrongly.
    assert (FORMAT, zlib.crc32(schema.encode())) == (4, 3589759141)
