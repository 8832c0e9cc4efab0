"""Which hour somebody would like: a posted form enters, a free hour leaves."""

from datetime import datetime
from typing import Any

from django import forms

from monolith.viewings import hours

NOT_FREE = "This time is no longer free. Choose another one."


class BookingForm(forms.Form):
    starts_at = forms.TypedChoiceField(
        label="When would you like to come?",
        coerce=datetime.fromisoformat,
        help_text="A viewing takes an hour at most. Times are those of Toledo, Ohio.",
        error_messages={"required": "Choose a time.", "invalid_choice": NOT_FREE},
    )

    def __init__(self, data: Any, free: list[datetime]) -> None:
        super().__init__(data, label_suffix="")
        choices = [("", "Choose a time"), *hours.as_choices(free)]
        self.fields["starts_at"].choices = choices  # type: ignore[attr-defined]
