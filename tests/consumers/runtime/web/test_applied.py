"""What the service tells the auditor of the pipe."""

import os

import pytest
from django.test import Client

from cdc.contracts.applied import Sum, summed
from cdc.contracts.topics import FAVOURITE_ROWS, LISTING_ROWS
from consumers.search.index.state import FILE
from consumers.search.index.tantivy import reader
from consumers.search.index.tantivy.documents import _document
from consumers.search.index.tantivy.writer import TantivyWriter
from tests.consumers.changes import row
from tests.consumers.conftest import SearchLine

PATH = f"/_projection/applied/{LISTING_ROWS}"


@pytest.fixture
def stocked(line: SearchLine, monkeypatch: pytest.MonkeyPatch) -> SearchLine:
    # Pages so small that these few rows need several.
    monkeypatch.setattr(reader, "_PAGE", 4)
    for number in range(1, 26):
        line.save(row(id=number, version=number, status="draft" if number % 2 else "active"))
    line.delete(20)
    line.run()
    return line


PAIRS = [(number, number) for number in range(1, 26) if number != 20]


@pytest.mark.usefixtures("stocked")
def test_sums_and_opened_ranges_tell_every_row_but_the_deleted(search_client: Client) -> None:
    sums = search_client.get(f"{PATH}?size=10").json()
    opened = [search_client.get(f"{PATH}?size=10&range={n}").json() for n in (2, -1, 2**70)]

    assert search_client.get("/_projection/applied").json() == {
        "topics": [FAVOURITE_ROWS, LISTING_ROWS]
    }
    assert {each: Sum(*rest) for each, *rest in sums["sums"]} == summed(PAIRS, 10)
    assert [each["versions"] for each in opened] == [
        [list(each) for each in PAIRS if each[0] // 10 == 2],
        [],
        [],
    ]
    assert sums["offsets"] == opened[0]["offsets"] == {"0": 27}


def test_a_row_that_is_indexed_twice_is_told_twice(
    stocked: SearchLine, search_client: Client
) -> None:
    writer = stocked.index
    assert isinstance(writer, TantivyWriter)
    # What no code path does: a second document is added without the first being taken out.
    writer._writer.add_document(_document("id", 4, 4, 100))
    stocked.save(row(id=30))
    stocked.run()

    told = search_client.get(f"{PATH}?size=10&range=0").json()["versions"]
    assert told.count([4, 4]) == 2


@pytest.mark.usefixtures("stocked")
@pytest.mark.parametrize("query", ["size=0", "size=x", "range=x", "size=100001"])
def test_a_question_that_makes_no_sense_is_refused(search_client: Client, query: str) -> None:
    assert search_client.get(f"{PATH}?{query}").status_code == 400
    assert search_client.get("/_projection/applied/other").status_code == 404
    assert search_client.post(PATH).status_code == 405


def test_without_an_index_it_cannot_tell(line: SearchLine, search_client: Client) -> None:
    os.remove(line.root / FILE)

    assert search_client.get(PATH).status_code == 503
