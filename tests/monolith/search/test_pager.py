"""The pager: the links around a page."""

import pytest

from monolith.search.pager import Pager, paginate


def pager(count: int, asked: int | None) -> Pager:
    return paginate(count, asked, lambda number: f"p{number}")


@pytest.mark.parametrize(
    ("count", "asked", "number", "pages"),
    [(0, None, 1, 1), (0, 9, 1, 1), (24, 1, 1, 1), (25, 2, 2, 2), (25, 3, 2, 2)],
)
def test_the_page_is_one_that_exists(count: int, asked: int, number: int, pages: int) -> None:
    found = pager(count, asked)
    assert (found.number, found.pages) == (number, pages)


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (1, [1, 2, 3, None, 50]),
        (4, [1, 2, 3, 4, 5, 6, None, 50]),
        (25, [1, None, 23, 24, 25, 26, 27, None, 50]),
        (50, [1, None, 48, 49, 50]),
    ],
)
def test_links_lead_near_and_to_both_ends(number: int, shown: list[int | None]) -> None:
    assert [link.number for link in pager(1200, number).links] == shown


def test_the_ends_lead_nowhere_further() -> None:
    assert (pager(48, 1).previous, pager(48, 1).next) == ("", "p2")
    assert (pager(48, 2).previous, pager(48, 2).next) == ("p1", "")
