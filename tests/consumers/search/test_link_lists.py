"""Links that are written by hand are those of the templates."""

import pytest
from django.template.loader import render_to_string

from consumers.search.asked import Asked
from consumers.search.link_lists import asked_list, page_list
from consumers.search.pager import paginate

ASKED = [
    Asked("Words", '"a" & <b>', "/search?beds_min=3&wall=Brick", {}),
    Asked("Walls", "It's brick", "/search?q=%22a%22", {}),
]


@pytest.mark.parametrize("asked", [ASKED, ASKED[:1]])
def test_what_is_asked_is_as_in_the_template(asked: list[Asked]) -> None:
    assert asked_list(asked) == render_to_string("search_service/asked.html", {"asked": asked})


def test_nothing_asked_is_nothing() -> None:
    assert asked_list([]) == ""


@pytest.mark.parametrize(
    ("count", "number"), [(0, 1), (24, 1), (25, 1), (25, 2), (9_999, 1), (9_999, 9), (9_999, 416)]
)
def test_the_other_pages_are_as_in_the_template(count: int, number: int) -> None:
    pager = paginate(count, number, "/search?a=1&page={}".format)
    assert page_list(pager) == render_to_string("search_service/pager.html", {"pager": pager})
