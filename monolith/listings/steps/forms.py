"""What each step of a listing asks: a posted form enters, checked facts leave."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.db.models import Avg
from django.utils import timezone

from monolith.listings.forms import GuardedForm, description_field, price_field, title_field
from monolith.listings.models import Listing
from monolith.listings.stock.facts import GARAGES, STORIES, WALLS
from monolith.search.queries import choices

# Lucas County with a little around it: a home anywhere else is a slip of the pen.
LATITUDES = (41.3, 41.8)
LONGITUDES = (-84.0, -83.1)
OLDEST = 1800
LARGEST = 1_000_000


class PlaceForm(GuardedForm):
    address = forms.CharField(
        max_length=120, label="Street address", error_messages={"required": "Enter the address."}
    )
    neighbourhood = forms.CharField(
        max_length=60,
        widget=forms.TextInput(attrs={"list": "neighbourhoods"}),
        error_messages={"required": "Enter the neighbourhood."},
    )
    zip_code = forms.CharField(
        label="ZIP code",
        validators=[RegexValidator(r"\A[0-9]{5}\Z", "Enter the five digits of the ZIP code.")],
        error_messages={"required": "Enter the ZIP code."},
    )
    latitude = forms.FloatField(required=False)
    longitude = forms.FloatField(
        required=False,
        help_text="In degrees, such as 41.6639 and -83.5552. Without both, the home is shown in "
        "the middle of its neighbourhood.",
    )
    seller_name = forms.CharField(
        max_length=80,
        required=False,
        label="Seller's name",
        help_text="For you and your agency only; it is never shown.",
    )

    def __init__(self, data: Any, listing: Listing) -> None:
        super().__init__(data, listing)
        self.neighbourhoods = choices()["neighbourhood"]

    def clean_neighbourhood(self) -> str:
        typed = self.cleaned_data["neighbourhood"]
        known = {name.casefold(): name for name in self.neighbourhoods}
        return known.get(typed.casefold(), typed)

    def clean_latitude(self) -> float | None:
        return _within(self.cleaned_data["latitude"], LATITUDES)

    def clean_longitude(self) -> float | None:
        return _within(self.cleaned_data["longitude"], LONGITUDES)

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        position = (cleaned.get("latitude"), cleaned.get("longitude"))
        if None not in position or self.errors:
            return cleaned
        if position != (None, None):
            raise forms.ValidationError("Enter latitude and longitude both, or neither.")
        return cleaned | _middle(cleaned["neighbourhood"])


class NewPlaceForm(PlaceForm):
    """The first step, when there is no listing yet that somebody else could change."""

    seen_version = None  # type: ignore[assignment]

    def __init__(self, data: Any) -> None:
        super().__init__(data, Listing())


def _number(label: str, largest: int, help_text: str = "") -> forms.IntegerField:
    return forms.IntegerField(
        label=label, required=False, min_value=0, max_value=largest, help_text=help_text
    )


def _choice(label: str, words: dict[str, str]) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=[("", "Choose one"), *((word, word) for word in words.values())]
    )


class FactsForm(GuardedForm):
    beds = _number("Bedrooms", 99)
    baths = _number("Full baths", 99)
    half_baths = _number("Half baths", 99)
    rooms = _number("Rooms in all", 99)
    living_area = _number("Living area (sq ft)", LARGEST)
    lot_size = _number("Lot size (sq ft)", LARGEST)
    year_built = _number("Year built", 9999)
    stories = _choice("Stories", STORIES)
    wall = _choice("Walls", WALLS)
    garage = _choice("Garage", GARAGES)
    garage_area = _number("Garage area (sq ft)", LARGEST, "Leave empty what is not known.")

    def clean_year_built(self) -> int | None:
        year: int | None = self.cleaned_data["year_built"]
        # A home may be offered while it is being built.
        latest = timezone.now().year + 2
        if year and not OLDEST <= year <= latest:
            raise forms.ValidationError(f"Enter a year from {OLDEST} to {latest}.")
        return year

    def clean(self) -> dict[str, Any]:
        return {name: 0 if value is None else value for name, value in self.cleaned_data.items()}


class WordsForm(GuardedForm):
    title = title_field()
    description = description_field()


class PriceForm(GuardedForm):
    price = price_field()


def _within(degrees: float | None, bounds: tuple[float, float]) -> float | None:
    lowest, highest = bounds
    if degrees is None or lowest <= degrees <= highest:
        return None if degrees is None else round(degrees, 6)
    raise forms.ValidationError(
        f"The home must lie in Lucas County: enter degrees from {lowest} to {highest}."
    )


def _middle(neighbourhood: str) -> dict[str, float]:
    homes = Listing.objects.listed().filter(neighbourhood=neighbourhood)
    middle = homes.aggregate(latitude=Avg("latitude"), longitude=Avg("longitude"))
    if None in middle.values():
        raise forms.ValidationError(
            "Enter the position: no other home is known in this neighbourhood."
        )
    return {name: round(degrees, 6) for name, degrees in middle.items()}
