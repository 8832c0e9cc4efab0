"""What may be asked of the search: a query string enters, checked criteria leave.

Anything else than these parameters is ignored; a bad value is an error with a sentence, never a
guess.
"""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from django import forms

LARGEST = 2**31 - 1

STATUSES = (
    ("", "For sale"),
    ("active", "For sale, no offer yet"),
    ("pending", "Sale pending"),
    ("sold", "Sold"),
    ("any", "For sale and sold"),
)
SORTS = (
    ("newest", "Newest first"),
    ("price_asc", "Lowest price first"),
    ("price_desc", "Highest price first"),
    ("area_desc", "Largest first"),
)
# Fields that most people use; the others are folded away.
MAIN = (
    *("q", "price_min", "price_max", "beds_min", "baths_min"),
    *("neighbourhood", "status", "sort"),
)
# Fields whose choices are the values that listed homes have.
FACETS = ("stories", "wall", "garage", "neighbourhood")


def whole_number(label: str, least: int = 0, **options: Any) -> forms.IntegerField:
    bounds = f"Enter a whole number from {least} to {LARGEST:,}."
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=least,
        max_value=LARGEST,
        error_messages={"invalid": bounds, "min_value": bounds, "max_value": bounds},
        **options,
    )


def facet(label: str) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False)


class SearchForm(forms.Form):
    use_required_attribute = False

    q = forms.CharField(
        label="Words",
        required=False,
        max_length=200,
        widget=forms.TextInput(
            attrs={"type": "search", "placeholder": 'porch "breakfast nook" -carport'}
        ),
    )
    price_min = whole_number("Price from ($)")
    price_max = whole_number("Price to ($)")
    beds_min = whole_number("Bedrooms, at least")
    baths_min = whole_number("Full baths, at least")
    area_min = whole_number("Living area from (sq ft)")
    area_max = whole_number("Living area to (sq ft)")
    lot_min = whole_number("Lot from (sq ft)")
    lot_max = whole_number("Lot to (sq ft)")
    year_min = whole_number("Built in or after")
    year_max = whole_number("Built in or before")
    stories = facet("Stories")
    wall = facet("Walls")
    garage = facet("Garage")
    neighbourhood = facet("Neighbourhood")
    status = forms.ChoiceField(label="Status", required=False, choices=STATUSES)
    sort = forms.ChoiceField(label="Order", required=False, choices=SORTS)
    page = whole_number("Page", least=1, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any], choices: Mapping[str, Iterable[str]]) -> None:
        super().__init__(data, label_suffix="")
        for name in FACETS:
            found = [("", "Any"), *((value, value) for value in choices[name])]
            self.fields[name].choices = found  # type: ignore[attr-defined]

    def main_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in MAIN]

    def more_fields(self) -> list[forms.BoundField]:
        return [field for field in self.visible_fields() if field.name not in MAIN]

    def is_more_asked(self) -> bool:
        """Tell whether the fields that are folded away matter now."""
        return any(field.data or field.errors for field in self.more_fields())

    def address(self, page: int = 1, **changes: Any) -> str:
        """Return the link to a page of this search, or of a changed one; valid forms only."""
        query = self._query_string(page=page if page > 1 else None, **changes)
        return f"/search?{query}" if query else "/search"

    def saving_address(self) -> str:
        """Return the link that keeps this search for a signed-in person; valid forms only."""
        return f"/saved/searches/new?{self._query_string(page=None)}".rstrip("?")

    def _query_string(self, **changes: Any) -> str:
        asked = {**self.cleaned_data, **changes}
        return urlencode(
            [(name, value) for name, value in asked.items() if value not in (None, "")]
        )
