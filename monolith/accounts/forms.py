"""What people type about their accounts: posted forms enter, checked values leave."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, SetPasswordForm
from django.http import HttpRequest

from monolith.accounts.models import User


class LoginForm(AuthenticationForm):
    def __init__(self, request: HttpRequest | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, label_suffix="", **kwargs)
        self.fields["username"].label = "Username or e-mail address"
        self.fields["username"].widget.attrs["maxlength"] = 254


class EmailForm(forms.Form):
    email = forms.EmailField(
        label="E-mail address",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"required": "Enter your e-mail address."},
    )


class NameForm(forms.Form):
    display_name = forms.CharField(
        label="Your name",
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text="The name that other people see.",
        error_messages={"required": "Enter your name."},
    )


class ConfirmForm(SetPasswordForm):
    """Name and password of an account whose address was just shown to be theirs."""

    display_name = NameForm.base_fields["display_name"]
    field_order = ["display_name", "new_password1", "new_password2"]


class PasswordForm(forms.Form):
    """Ask who sits there for the password once more, before something that cannot be undone."""

    password = forms.CharField(
        label="Your password",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": "Enter your password."},
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if not self.user.check_password(password):
            raise forms.ValidationError("This is not your password.")
        return password


class NewEmailForm(EmailForm, PasswordForm):
    field_order = ["email", "password"]
