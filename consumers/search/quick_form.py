"""The plain form as a page with sixty links and twenty fields can afford it.

Enters: a query string. Leaves: what the form of `forms.py` leaves, to the byte. Django copies each
field for each form and cleans those too that nobody asked, the form writes each link from the
beginning, and the template goes around in every field: together they took a third of a page's time.
"""

from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from functools import cached_property, lru_cache
from typing import Any
from urllib.parse import quote_plus

from django.forms import BoundField, Field, Form
from django.utils.safestring import SafeString, mark_safe

from consumers.search.forms import FACETS, MAIN, SearchForm, Values
from consumers.search.rendering import once

_MORE = tuple(
    name
    for name, field in SearchForm.base_fields.items()
    if name not in MAIN and not field.widget.is_hidden
)
# What a field that nobody filled in leaves.
_UNASKED = {name: field.clean("") for name, field in SearchForm.base_fields.items()}


class _Shared(dict[str, Field]):
    """Fields that no form changes."""

    def __deepcopy__(self, memo: dict[int, Any]) -> dict[str, Field]:
        return self


class QuickForm(SearchForm):
    """The same form; its fields are not to be changed, nor its data once it is valid."""

    def __init__(self, data: Mapping[str, Any], choices: Mapping[str, Iterable[str]]) -> None:
        # The plain form would give each form facets of its own.
        Form.__init__(self, data, label_suffix="")
        self.fields = _fields_with(tuple(tuple(choices[name]) for name in FACETS))

    def main_items(self) -> SafeString:
        """Return the fields that most people use, as the template's loop writes them."""
        return self._items(MAIN)

    def more_items(self) -> SafeString:
        """Return the others."""
        return self._items(_MORE)

    def is_more_asked(self) -> bool:
        return any(self.data.get(name) or name in self.errors for name in _MORE)

    def _clean_fields(self) -> None:
        self.cleaned_data = dict(_UNASKED)
        super()._clean_fields()  # type: ignore[misc]

    def _bound_items(self) -> Iterator[tuple[str, BoundField]]:
        return ((name, self[name]) for name in self.fields if self.data.get(name))

    def _items(self, names: Iterable[str]) -> SafeString:
        return mark_safe("".join(map(self._item, names)))

    def _item(self, name: str) -> str:
        if name in self.errors:
            return _item_of(self[name])
        choices = self.fields[name].choices.values if name in FACETS else ()  # type: ignore[attr-defined]
        key = ("item", name, self.data.get(name), *choices)
        return once(key, lambda: _item_of(self[name]))

    def _query_string(self, **changes: Any) -> str:
        changed = {name: _part(name, value) for name, value in changes.items()}
        return "&".join(filter(None, {**self._parts, **changed}.values()))

    @cached_property
    def _parts(self) -> dict[str, str]:
        return {name: _part(name, value) for name, value in self.cleaned_data.items()}


# The class is made before a form is: each form begins with these.
QuickForm.base_fields = _Shared(SearchForm.base_fields)


# The choices change with the homes, seldom; those who look at a view of the index share them.
@lru_cache(8)
def _fields_with(choices: tuple[tuple[str, ...], ...]) -> dict[str, Field]:
    facets = {name: deepcopy(SearchForm.base_fields[name]) for name in FACETS}
    for field, values in zip(facets.values(), choices, strict=True):
        field.choices = Values(values)  # type: ignore[attr-defined]
    return {**SearchForm.base_fields, **facets}


def _item_of(field: BoundField) -> str:
    return (
        f'<div class="field field-{field.name}">\n'
        f"{field.label_tag()}\n"
        f"{field}{field.errors}\n"
        "</div>\n"
    )


# Links differ in one value, and the values are few.
@lru_cache(4096)
def _part(name: str, value: str | int | None) -> str:
    return "" if value in (None, "") else f"{name}={quote_plus(str(value))}"
