"""An erased person leaves no row in any table of the service, and the request is answered."""

import json
import uuid
from contextlib import closing
from itertools import count
from typing import Any

import pytest
from django.apps import apps
from django.db.models import Field, Model
from django.utils import timezone

from cdc.contracts.events import AccountDeleted
from cdc.contracts.topics import ERASURE_RECEIPTS
from consumers.notifications.handlers import notifications
from consumers.notifications.models import Home
from consumers.runtime.testing.line import Line

pytestmark = pytest.mark.django_db

ERASED, OTHER = 71, 72
# What a field is called that says whose a row is.
WHOSE = ("account", "account_id", "agent", "agent_id")
# An agent hands their homes over before they can go; the home's row says so.
NOT_THEIRS = {(Home, "agent_id")}
_numbers = count(1000)


def marked() -> list[tuple[type[Model], str]]:
    """Return each model of the service with each field that says whose a row is."""
    ours = [app for app in apps.get_app_configs() if app.name.startswith("consumers.notifications")]
    assert len(ours) > 5
    found = [
        (model, field.name)
        for app in ours
        for model in app.get_models()
        for field in model._meta.concrete_fields
        if field.name in WHOSE
    ]
    return [each for each in found if each not in NOT_THEIRS]


def fill(model: type[Model], name: str, account_id: int) -> None:
    """Make a row of this account, with something in every field that must have it."""
    row = {
        field.name: _anything(field)
        for field in model._meta.concrete_fields
        if not (field.null or field.has_default() or field.has_db_default() or _makes_itself(field))
    }
    model._default_manager.create(**row | {name: account_id})


def _makes_itself(field: "Field[Any, Any]") -> bool:
    is_stamped = getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
    return is_stamped or "Auto" in type(field).__name__


def _anything(field: "Field[Any, Any]") -> object:
    if field.choices:
        return field.flatchoices[0][0]
    match field.get_internal_type():
        case "UUIDField":
            return uuid.uuid4()
        case "DateTimeField":
            return timezone.now()
        case "JSONField":
            return {}
        case "BooleanField":
            return True
        case "CharField" | "TextField":
            return str(next(_numbers))
        case _:
            return next(_numbers)


def test_no_row_of_any_table_is_left_and_the_answer_counts_them() -> None:
    for model, name in marked():
        for account_id in (ERASED, OTHER):
            fill(model, name, account_id)

    with closing(Line(notifications)) as line:
        line.event(AccountDeleted(ERASED, was_agent=False))
        line.run()
        (receipt,) = line.cluster.records_of(ERASURE_RECEIPTS)

    left = [model for model, name in marked() if _of(ERASED, model, name)]
    gone = [model for model, name in marked() if not _of(OTHER, model, name)]
    assert (left, gone) == ([], [])
    answer = {"person": str(ERASED), "consumer": "notifications", "removed": len(marked())}
    assert json.loads(receipt.value or b"") == answer


def _of(account_id: int, model: type[Model], name: str) -> bool:
    return model._default_manager.filter(**{name: account_id}).exists()
