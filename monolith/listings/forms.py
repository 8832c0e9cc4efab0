"""What an agent may change of a listing: a posted form enters, checked values leave."""

from typing import Any, cast

from django import forms
from django.http import QueryDict

from monolith.listings.models import MAX_PRICE, Listing, Status
from monolith.listings.services import NEXT

PRICE_BOUNDS = f"Enter a price in whole dollars, from 1 to {MAX_PRICE:,}, without commas."
LOST = "The form has lost on which state of the listing it was filled in."


class GuardedForm(forms.Form):
    """A form on a listing that is saved only over the version that it was filled in on."""

    is_stale = False
    seen_version = forms.IntegerField(
        min_value=1,
        max_value=2**63 - 1,
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), LOST),
    )

    def __init__(self, data: Any, listing: Listing) -> None:
        # A zero is what nobody knows yet, and an empty field says so.
        known = {name: getattr(listing, name, None) or None for name in self.base_fields}
        super().__init__(data, initial=known | {"seen_version": listing.version}, label_suffix="")

    def show_again(self, listing: Listing) -> None:
        """Keep what was typed, but let it be saved over the listing as it is now."""
        self.is_stale = True
        self.data = {**cast(QueryDict, self.data).dict(), "seen_version": str(listing.version)}


def price_field() -> forms.IntegerField:
    return forms.IntegerField(
        label="Price (USD)",
        min_value=1,
        max_value=MAX_PRICE,
        error_messages={
            "required": "Enter the price.",
            "invalid": PRICE_BOUNDS,
            "min_value": PRICE_BOUNDS,
            "max_value": PRICE_BOUNDS,
        },
        help_text="Buyers see a lower price as a reduction.",
    )


def title_field() -> forms.CharField:
    return forms.CharField(max_length=120, error_messages={"required": "Enter a title."})


def description_field() -> forms.CharField:
    return forms.CharField(
        max_length=4000,
        widget=forms.Textarea,
        error_messages={"required": "Describe the home in a few sentences."},
    )


class EditForm(GuardedForm):
    price = price_field()
    status = forms.ChoiceField()
    title = title_field()
    description = description_field()

    def __init__(self, data: Any, listing: Listing) -> None:
        super().__init__(data, listing)
        now = Status(listing.status)
        self.fields["status"].choices = [  # type: ignore[attr-defined]
            (status.value, status.label) for status in (now, *NEXT[now])
        ]
