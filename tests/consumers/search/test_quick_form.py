"""The quick form is the plain one: what it gives, how its fields look, where its links lead."""

from collections.abc import Mapping

import pytest
from django.template.loader import get_template

from consumers.search.forms import FACETS, SearchForm
from consumers.search.quick_form import QuickForm

CHOICES = {
    "stories": ["One", "Two"],
    "wall": ["Brick"],
    "garage": ["None"],
    "neighbourhood": ["Old West End", "A & B"],
}
VALID: tuple[Mapping[str, str], ...] = (
    {},
    {"q": "<b>porch</b> & \"deck'", "beds_min": "3", "neighbourhood": "A & B", "page": "7"},
    {"wall": "Brick", "near": "41.6,-83.5", "within": "2", "sort": "distance", "view": "map"},
    {"price_min": " 007 ", "box": "41.6,-83.7,41.7,-83.5", "view": "list", "year_max": ""},
)
INVALID = (
    {"price_min": "-1", "page": "x", "wall": "Straw", "q": "x" * 201, "within": "5"},
    {"neighbourhood": "Nowhere", "box": "1,2,3,4", "lot_max": "\0"},
)


@pytest.mark.parametrize("asked", [*VALID, *INVALID])
def test_every_field_is_as_the_template_writes_it(asked: Mapping[str, str]) -> None:
    plain, quick = SearchForm(asked, CHOICES), QuickForm(asked, CHOICES)
    assert quick.is_valid() == plain.is_valid()
    assert quick.errors == plain.errors
    expected = get_template("search_service/page.html").render({"form": plain})
    for _ in range(2):
        page = get_template("search_service/quick_page.html").render({"form": quick})
        assert page == expected


@pytest.mark.parametrize("asked", VALID)
def test_every_link_is_the_plain_forms(asked: Mapping[str, str]) -> None:
    plain, quick = SearchForm(asked, CHOICES), QuickForm(asked, CHOICES)
    assert plain.is_valid()
    assert quick.is_valid()
    assert list(quick.cleaned_data.items()) == list(plain.cleaned_data.items())
    assert quick.saving_address() == plain.saving_address()
    for changes in ({}, {"wall": "A & B"}, {"beds_min": 4, "q": ""}, {"near": "", "sort": None}):
        for page in (1, 3):
            assert quick.address(page, **changes) == plain.address(page, **changes)


def test_forms_share_their_fields_but_not_the_choices_of_facets() -> None:
    one, other = QuickForm({}, CHOICES), QuickForm({}, {**CHOICES, "wall": ["Straw"]})
    assert one.fields["q"] is other.fields["q"]
    assert all(one.fields[name] is not other.fields[name] for name in FACETS)
    assert "Brick" in one.more_items()
    assert "Brick" not in other.more_items()
    assert "Straw" in other.more_items()
