"""What people type about a home: a posted form enters, checked values leave."""

from typing import Any

from django import forms
from django.contrib.auth.models import AnonymousUser

from monolith.accounts.models import User
from monolith.enquiries.models import MAX_TEXT


class EnquiryForm(forms.Form):
    """Ask who is signed in for the message only, and strangers how to reach them."""

    name = forms.CharField(
        label="Your name",
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Enter your name."},
    )
    email = forms.EmailField(
        label="Your e-mail address",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text="The agent answers there.",
        error_messages={"required": "Enter your e-mail address."},
    )
    message = forms.CharField(
        label="Your message",
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": "Write what you would like to know."},
    )
    # No person sees it; programs that fill in whatever there is give themselves away.
    website = forms.CharField(
        label="Leave this empty",
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    def __init__(self, data: Any, asker: User | AnonymousUser) -> None:
        super().__init__(data, auto_id="enquiry_%s", label_suffix="")
        if asker.is_authenticated:
            del self.fields["name"], self.fields["email"]

    def clean(self) -> dict[str, Any]:
        self.is_by_a_program = bool(self.cleaned_data.pop("website", ""))
        return self.cleaned_data


class ReplyForm(forms.Form):
    text = forms.CharField(
        label="Your answer",
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="It is sent by mail; the answer to it comes to your own address.",
        error_messages={"required": "Write an answer."},
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, label_suffix="")
