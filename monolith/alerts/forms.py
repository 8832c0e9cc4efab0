"""What a person wants to be told: a posted form enters, kinds of alerts leave."""

from django import forms

from monolith.alerts.models import Kind


class WantedForm(forms.Form):
    wanted = forms.MultipleChoiceField(
        label="Write to me about",
        required=False,
        choices=Kind.choices,
        widget=forms.CheckboxSelectMultiple,
    )
