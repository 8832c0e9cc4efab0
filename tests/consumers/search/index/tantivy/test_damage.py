"""Files that are damaged behind their opening: the search says so, and the monolith answers."""

from pathlib import Path

import pytest
from django.test import Client

from consumers.criteria.criteria import Criteria
from consumers.search.features import Feature
from tests.consumers.changes import row
from tests.consumers.conftest import SearchLine, SwitchOn

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
        assert answer.content.startswith(b"the index cannot be read: ")


def test_a_consumer_that_cannot_read_the_numbers_begins_anew(stocked: SearchLine) -> None:
    stocked.close()
    damage(stocked.root, ".fast")
    stocked.start()
    assert stocked.index.state.offsets == {}
    stocked.run()
    assert stocked.reader().view().select(Criteria()).count() == 299


def damage(root: Path, suffix: str) -> None:
    """Spoil files where they are, as a disk does."""
    files = list(root.glob(f"index-*/*{suffix}"))
    assert files
    for file in files:
        with file.open("r+b") as there:
            there.write(b"\x5a" * (file.stat().st_size - _END))
