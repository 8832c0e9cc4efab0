"""What people type about a saved search: a posted form enters, checked values leave."""

from django import forms

from monolith.interests.models import Frequency


class SavedSearchForm(forms.Form):
    name = forms.CharField(
        label="Name",
        max_length=80,
        help_text="For yourself, such as “Near the school”.",
        error_messages={
            "required": "Enter a name.",
            "max_length": "Enter a name of at most 80 characters.",
        },
    )
    frequency = forms.ChoiceField(
        label="Tell me of new matches",
        choices=Frequency.choices,
        initial=Frequency.DAILY,
        error_messages={"required": "Choose how often."},
    )
