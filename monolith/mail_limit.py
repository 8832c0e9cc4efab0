"""How many mails a person may cause by forms: a filled form enters; its page leaves as ever, or
with 429 and when to try again, and what was typed is not lost.
"""

from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from monolith.api.throttling import count
from monolith.errors import TooManyMails

_CODE = "too_many_mails"


def may_send(request: HttpRequest, form: BaseForm, scope: str) -> bool:
    """Count one mail more for this person or address, or let the form say that it is too many."""
    try:
        count(request, scope)
    except TooManyMails as error:
        wait = {"seconds": error.seconds}
        form.add_error(None, ValidationError(str(error), code=_CODE, params=wait))
        return False
    return True


def show(request: HttpRequest, template: str, form: BaseForm, **words: Any) -> HttpResponse:
    """Show the form for the first time (200), or again with what is wrong (400, 429)."""
    page = render(request, template, {"form": form, **words})
    if form.errors:
        page.status_code = 400
    for error in form.errors.as_data().get(NON_FIELD_ERRORS, []):
        if error.code == _CODE:
            page.status_code = 429
            page["Retry-After"] = str((error.params or {})["seconds"])
    return page
