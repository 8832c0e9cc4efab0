"""What may be asked of the search: a query string enters, checked criteria leave.

Anything else than these parameters is ignored; a bad value is an error with a sentence, never a
guess.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote_plus

from django import forms
from django.utils.choices import BaseChoiceIterator

from monolith.search.fields import DegreesField, facet, whole_number

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
    ("distance", "Nearest first"),
)
VIEWS = (("", "List"), ("list", "List"), ("map", "Map"))
MILES = (
    ("", "Any distance"),
    ("0.5", "Half a mile"),
    ("1", "1 mile"),
    *((miles, f"{miles} miles") for miles in ("2", "3", "5", "10", "25", "50")),
)
# Fields that most people use; the others are folded away.
MAIN = (
    *("q", "price_min", "price_max", "beds_min", "baths_min"),
    *("neighbourhood", "status", "sort"),
)
# Fields whose choices are the values that listed homes have.
FACETS = ("stories", "wall", "garage", "neighbourhood")


class Values(BaseChoiceIterator):
    """A facet's values as choices; a list of pairs Django would look through for every form."""

    def __init__(self, values: Iterable[str]) -> None:
        self.values = values

    def __iter__(self) -> Iterator[tuple[str, str]]:
        yield "", "Any"
        yield from ((value, value) for value in self.values)


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
    near = DegreesField(
        "Near (latitude, longitude)",
        pairs=1,
        shape="latitude, longitude, such as 41.65, -83.54",
        widget=forms.TextInput(attrs={"placeholder": "41.65, -83.54"}),
    )
    within = forms.ChoiceField(label="Within", required=False, choices=MILES)
    sort = forms.ChoiceField(label="Order", required=False, choices=SORTS)
    box = DegreesField(
        "Part of the map",
        pairs=2,
        shape="south, west, north, east, such as 41.6, -83.7, 41.7, -83.5",
        widget=forms.HiddenInput,
    )
    view = forms.ChoiceField(label="View", required=False, choices=VIEWS, widget=forms.HiddenInput)
    page = whole_number("Page", least=1, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any], choices: Mapping[str, Iterable[str]]) -> None:
        super().__init__(data, label_suffix="")
        for name in FACETS:
            self.fields[name].choices = Values(choices[name])  # type: ignore[attr-defined]

    def clean(self) -> None:
        # An error in the place itself says enough.
        if self.cleaned_data.get("near") == "":
            if self.cleaned_data.get("within"):
                self.add_error("within", "Fill in “Near” too, or choose any distance.")
            if self.cleaned_data.get("sort") == "distance":
                self.add_error("sort", "Fill in “Near” to see the nearest first.")

    def clean_view(self) -> str:
        """Keep the usual view out of links."""
        view: str = self.cleaned_data["view"]
        return "" if view == "list" else view

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
        return f"/saved/searches/new?{self._query_string(page=None, view='')}".rstrip("?")

    def _query_string(self, **changes: Any) -> str:
        asked = {**self.cleaned_data, **changes}
        return "&".join(
            f"{name}={_quoted(value)}" for name, value in asked.items() if value not in (None, "")
        )


# A page has some sixty links, which differ in one value.
@lru_cache(4096)
def _quoted(value: str | int) -> str:
    return quote_plus(str(value))
