"""What may be asked beyond the monolith's search: a query string enters, two kinds of data leave.

`cleaned_data` stays what the plain form gives, so that saved searches and whatever else is made of
it mean the same to the monolith; what is new lies in `wider` and goes along in this page's links.
"""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from django import forms

from consumers.search.cursors import CursorField
from consumers.search.drawn_area import AreaField
from consumers.search.features import Feature
from consumers.search.forms import SORTS, SearchForm


class WiderForm(SearchForm):
    """The plain form and the parameters of those features that are ``on``."""

    def __init__(
        self,
        data: Mapping[str, Any],
        choices: Mapping[str, Iterable[str]],
        on: frozenset[Feature],
    ) -> None:
        super().__init__(data, choices)
        self.wider: dict[str, Any] = {}
        # The words as they are read, if that is not as they were typed.
        self.meant = ""
        self._own = {name: field for name, (feature, field) in _fields().items() if feature in on}
        self.fields.update(self._own)
        if Feature.RELEVANCE in on:
            # Without an order the plain search gives the newest first, and this one the best.
            self.fields["sort"].choices = (("", "Best match"), *SORTS)  # type: ignore[attr-defined]

    def clean(self) -> None:
        self.wider = {name: self.cleaned_data.pop(name, None) for name in self._own}
        super().clean()

    def address(self, page: int = 1, **changes: Any) -> str:
        kept = {name: changes.pop(name, value) for name, value in self.wider.items()}
        address = super().address(page, **changes)
        query = urlencode({name: value for name, value in kept.items() if value})
        joint = "&" if "?" in address else "?"
        return f"{address}{joint}{query}" if query else address

    def saving_address(self) -> str:
        words = self.saved_data()["q"]
        return f"/saved/searches/new?{self._query_string(page=None, view='', q=words)}".rstrip("?")

    def saved_data(self) -> dict[str, Any]:
        """Return what is saved: an alert asks the monolith, which corrects nothing."""
        return {**self.cleaned_data, "q": self.meant or self.cleaned_data["q"]}


def _fields() -> dict[str, tuple[Feature, forms.Field]]:
    """Give every new parameter anew: a form's fields are its own."""
    return {
        "as_typed": (Feature.TYPOS, _switch("Words as typed")),
        "explain": (Feature.EXPLANATION, _switch("Explanation")),
        "area": (Feature.DRAWN_AREA, AreaField()),
        "cursor": (Feature.CURSORS, CursorField()),
    }


def _switch(label: str) -> forms.ChoiceField:
    choices = (("", "No"), ("1", "Yes"))
    return forms.ChoiceField(label=label, required=False, choices=choices, widget=forms.HiddenInput)
