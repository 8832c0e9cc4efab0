"""Where somebody may stand in the service, found by the fields of its models and in stamps."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

from django.apps import apps
from django.db.models import Model
from django.utils import timezone

from cdc.contracts.events import DigestDue, DomainEvent
from cdc.contracts.handled_by import Given, Stamp
from cdc.contracts.tables import (
    ACCOUNTS,
    ALERTS,
    FAVOURITES,
    OPT_OUTS,
    SAVED_SEARCHES,
)
from consumers.notifications.handlers import notifications
from consumers.notifications.ledger.models import SWITCHABLE, Erased
from consumers.notifications.models import Change, Digest, Home, Message

# What a field is called that says whose a row is.
WHOSE = ("account", "account_id", "agent", "agent_id")
# An agent hands their homes over before they can go; the home's row says so. That somebody was
# erased is kept by their number alone.
NOT_THEIRS = {(Home, "agent_id"), (Erased, "account_id")}
LATE_EVENTS = sorted(notifications.events)
LATE_ROWS = [ACCOUNTS, ALERTS, FAVOURITES, OPT_OUTS, SAVED_SEARCHES]


def named(*people: int) -> Stamp:
    """Return a stamp that gives everything to the service for these, by their numbers."""
    given = Given(accounts=frozenset(people))
    return Stamp.of(dict.fromkeys((*SWITCHABLE, "enquiry", "viewing"), given))


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


def about(event: DomainEvent, account_id: int) -> DomainEvent:
    """Return the event with this account wherever somebody stands in it."""
    whose = {name: account_id for name in WHOSE if hasattr(event, name)}
    given: DomainEvent = replace(cast(Any, event), **whose)
    return given


def slot() -> DigestDue:
    now = timezone.now()
    return DigestDue(9, "daily", slot=now.isoformat(), since=(now - timedelta(days=1)).isoformat())


def stamped() -> list[str]:
    return [
        text
        for model in (Change, Digest, Message)
        for text in model._default_manager.values_list("handled_by", flat=True)
    ]


def traces(account_id: int) -> list[object]:
    """Return where anything names the account: models by a field, and stamps by their text."""
    rows = [model for model, name in marked() if has_row(account_id, model, name)]
    return [*rows, *(text for text in stamped() if str(account_id) in text)]


def has_row(account_id: int, model: type[Model], name: str) -> bool:
    return model._default_manager.filter(**{name: account_id}).exists()
