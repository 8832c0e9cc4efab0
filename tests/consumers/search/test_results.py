"""A result that is cut out of a row as it is kept is the one that is written anew."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from consumers.search.answers import json_answer
from consumers.search.index.contents import packed_row
from consumers.search.listing import SearchListing
from consumers.search.results import as_result, distances, told, with_distances
from tests.consumers.changes import row, update
from tests.consumers.search.test_rows import effect


def home(**columns: object) -> SearchListing:
    listing = effect(update(row(id=12)))
    assert isinstance(listing, SearchListing)
    return replace(listing, **columns)  # type: ignore[arg-type]


HOMES = (
    home(),
    home(previous_price=None, listed_at=None, reduced_at=None),
    home(reduced_at=datetime(2026, 3, 1, tzinfo=UTC), previous_price=7),
    home(title='A "home","title":"x', address='\\","reduced_at":null,"version":9}', slug=""),
    home(slug='odd",\\"title":"', garage="Ü\x7f\u2028\n", latitude=-0.00001, longitude=-83.0),
)


@pytest.mark.parametrize("listing", HOMES)
@pytest.mark.parametrize("near", ["", "41.65,-83.54"])
def test_what_is_cut_out_is_what_is_written(listing: SearchListing, near: str) -> None:
    packed = packed_row(listing, favourites=3)
    written = [as_result(row) for row in with_distances([json.loads(packed)], near)]
    (away,) = distances([packed], near)
    assert json_answer(written[0]).content == told(packed, away).encode()
