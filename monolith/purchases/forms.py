"""What people type about offers and purchases: posted forms enter, checked values leave."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from monolith.listings.models import MAX_PRICE
from monolith.purchases.life import reasons
from monolith.purchases.models import Role

AMOUNT_BOUNDS = f"Enter an amount in whole dollars, from 1 to {MAX_PRICE:,}, without commas."
LONGEST = timedelta(days=90)
USUAL = timedelta(days=7)


class OfferForm(forms.Form):
    amount = forms.IntegerField(
        label="Your offer (USD)",
        min_value=1,
        max_value=MAX_PRICE,
        error_messages={
            "required": "Enter what you offer.",
            "invalid": AMOUNT_BOUNDS,
            "min_value": AMOUNT_BOUNDS,
            "max_value": AMOUNT_BOUNDS,
        },
        help_text="In whole dollars, without commas.",
    )
    expires_on = forms.DateField(
        label="Open until",
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={
            "required": "Enter the last day of your offer.",
            "invalid": "Enter a day as year-month-day, such as 2027-01-31.",
        },
        help_text="The last day on which it can be accepted, at most 90 days from now.",
    )
    note = forms.CharField(
        label="Note to the agent (optional)",
        max_length=1000,
        required=False,
        widget=forms.Textarea,
        error_messages={"max_length": "Write at most 1,000 characters."},
        help_text="Only you and the agent's side can read it.",
    )

    def __init__(self, data: Any = None) -> None:
        today = timezone.localdate()
        super().__init__(data, initial={"expires_on": today + USUAL}, label_suffix="")
        days = {"min": today.isoformat(), "max": (today + LONGEST).isoformat()}
        self.fields["expires_on"].widget.attrs.update(days)

    def clean_expires_on(self) -> date:
        day: date = self.cleaned_data["expires_on"]
        today = timezone.localdate()
        if not today <= day <= today + LONGEST:
            raise forms.ValidationError("Choose a day from today to 90 days from now.")
        return day


class DepositForm(forms.Form):
    reference = forms.CharField(
        label="Reference of your payment",
        max_length=60,
        error_messages={
            "required": "Enter the reference, so that the agent finds the payment.",
            "max_length": "Enter a reference of at most 60 characters.",
        },
        help_text="As it stands on the transfer, such as a check's or a wire's number.",
    )


class SignForm(forms.Form):
    name = forms.CharField(
        label="Your name",
        max_length=160,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Type your name to sign."},
    )


class CancelForm(forms.Form):
    reason = forms.ChoiceField(label="Why?", error_messages={"required": "Choose a reason."})

    def __init__(self, role: Role, data: Any = None) -> None:
        super().__init__(data, label_suffix="")
        choices = [("", "Choose a reason"), *((each.value, each.label) for each in reasons(role))]
        self.fields["reason"].choices = choices  # type: ignore[attr-defined]
