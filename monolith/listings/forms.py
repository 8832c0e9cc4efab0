"""What an agent may change of a listing: a posted form enters, checked values leave."""

from typing import Any, cast

from django import forms
from django.http import QueryDict

from monolith.listings.models import MAX_PRICE, Listing, Status
from monolith.listings.services import NEXT

PRICE_BOUNDS = f"Enter a price in whole dollars, from 1 to {MAX_PRICE:,}, without commas."


EDITED = ("price", "status", "title", "description")


class EditForm(forms.Form):
    is_stale = False
    # The version that the form was filled in on; a form without it is not guarded.
    seen_version = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=2**63 - 1,
        widget=forms.HiddenInput,
        error_messages={"invalid": "Open the form again: it has lost what it was made from."},
    )
    price = forms.IntegerField(
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
    status = forms.ChoiceField()
    title = forms.CharField(max_length=120, error_messages={"required": "Enter a title."})
    description = forms.CharField(
        max_length=4000,
        widget=forms.Textarea,
        error_messages={"required": "Describe the home in a few sentences."},
    )

    def __init__(self, data: Any, listing: Listing) -> None:
        initial = {name: getattr(listing, name) for name in EDITED}
        initial["seen_version"] = listing.version
        super().__init__(data, initial=initial, label_suffix="")
        now = Status(listing.status)
        self.fields["status"].choices = [  # type: ignore[attr-defined]
            (status.value, status.label) for status in (now, *NEXT[now])
        ]

    def show_again(self, listing: Listing) -> None:
        """Keep what was typed, but let it be saved over the listing as it is now."""
        self.is_stale = True
        self.data = {**cast(QueryDict, self.data).dict(), "seen_version": str(listing.version)}
