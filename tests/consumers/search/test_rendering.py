"""A field that is written once is what Django writes every time."""

from collections.abc import Hashable, Mapping

import pytest
from django import forms

from consumers.search import rendering
from consumers.search.forms import SearchForm

CHOICES = {
    "stories": ["One", "Two"],
    "wall": ["Brick"],
    "garage": ["None"],
    "neighbourhood": ["Old West End", "A & B"],
}


class RememberingForm(SearchForm):
    default_renderer = rendering.RememberingRenderer


def markup(form: SearchForm) -> list[tuple[str, str, str]]:
    form.is_valid()
    return [(str(field), str(field.label_tag()), str(field.errors)) for field in form]


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"q": "<b>porch</b> & \"deck'", "beds_min": "3", "neighbourhood": "A & B"},
        {"wall": "Brick", "near": "41.6,-83.5", "within": "2", "sort": "distance", "view": "map"},
        {"price_min": "-1", "page": "x", "wall": "Straw", "q": "x" * 201, "within": "5"},
        {"price_min": " 7", "neighbourhood": "Nowhere", "box": "1,2,3,4"},
    ],
)
def test_every_field_is_written_as_django_writes_it(asked: Mapping[str, str]) -> None:
    expected = markup(SearchForm(asked, CHOICES))
    for _ in range(2):
        assert markup(RememberingForm(asked, CHOICES)) == expected


def test_a_new_choice_is_seen_at_once() -> None:
    assert "New Place" not in str(RememberingForm({}, CHOICES)["neighbourhood"])
    more = {**CHOICES, "neighbourhood": ["New Place"]}
    assert "New Place" in str(RememberingForm({}, more)["neighbourhood"])


def test_a_field_that_is_written_otherwise_is_seen_at_once() -> None:
    plain, helped = RememberingForm({}, CHOICES), RememberingForm({}, CHOICES)
    helped.fields["q"].widget.attrs["list"] = "suggestions"
    assert 'list="suggestions"' not in str(plain["q"])
    assert 'list="suggestions"' in str(helped["q"])
    helped.fields["page"].widget = forms.NumberInput()
    assert 'type="hidden"' in str(plain["page"])
    assert 'type="number"' in str(helped["page"])


def test_what_people_type_is_not_kept_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: dict[Hashable, str] = {}
    monkeypatch.setattr(rendering, "_MOST_KEPT", 10)
    monkeypatch.setattr(rendering, "_kept", kept)
    for number in range(100):
        form = RememberingForm({"q": f"porch {number}"}, CHOICES)
        assert f'value="porch {number}"' in str(form["q"])
        assert len(kept) <= 10
