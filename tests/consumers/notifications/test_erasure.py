"""An erased person leaves no row in any table of the service, whatever is told of them later."""

import json
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import count
from typing import Any

import pytest
from django.core import mail
from django.db.models import Field, Model
from django.utils import timezone
from pytest_django import Settings

from cdc.contracts.events import (
    AccountDeleted,
    ListingRepriced,
    ViewingBooked,
    ViewingCancelled,
)
from cdc.contracts.examples import example
from cdc.contracts.handled_by import Stamp
from cdc.contracts.tables import (
    ACCOUNTS,
    FAVOURITES,
    LISTINGS,
    OPT_OUTS,
    SAVED_SEARCHES,
    CapturedTable,
)
from cdc.contracts.topics import ACCOUNT_EVENTS, ERASURE_RECEIPTS
from consumers.notifications import parked
from consumers.notifications.bounces import suppressions
from consumers.notifications.bounces.models import Why
from consumers.notifications.channels.feed import FeedChannel
from consumers.notifications.channels.port import Letter
from consumers.notifications.handlers import notifications
from consumers.notifications.ledger.models import Notification
from consumers.notifications.models import Message, Person
from consumers.notifications.sending import delivery
from consumers.notifications.site import choices
from consumers.runtime.testing.line import Line
from consumers.runtime.testing.records import Told
from tests.consumers.notifications.keys import sealed_email
from tests.consumers.notifications.telling import planned
from tests.consumers.notifications.traces import (
    LATE_EVENTS,
    LATE_ROWS,
    about,
    has_row,
    marked,
    named,
    slot,
    stamped,
    traces,
)

pytestmark = pytest.mark.django_db

ERASED, OTHER = 71, 72
GONE = AccountDeleted(ERASED, was_agent=False)
NAMED = named(ERASED, OTHER)
_numbers = count(1000)


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

    left = [model for model, name in marked() if has_row(ERASED, model, name)]
    gone = [model for model, name in marked() if not has_row(OTHER, model, name)]
    assert (left, gone) == ([], [])
    answer = {"person": str(ERASED), "consumer": "notifications", "removed": len(marked())}
    assert json.loads(receipt.value or b"") == answer


@pytest.mark.parametrize("name", LATE_EVENTS)
def test_an_event_that_comes_late_writes_nothing_of_them(name: str, shadow: None) -> None:
    with erased() as line:
        line.event(about(example(name), ERASED), stamp=NAMED)
        line.run()

        assert not line.all_parked()
    assert traces(ERASED) == []


@pytest.mark.parametrize("table", LATE_ROWS, ids=lambda table: table.name)
def test_a_row_that_comes_late_writes_nothing_of_them(table: CapturedTable, shadow: None) -> None:
    whose = "id" if table is ACCOUNTS else "account_id"
    with erased() as line:
        line.row(LISTINGS, {"id": 12, "version": 1, "agent_id": OTHER})
        line.row(table, {whose: ERASED}, "c")
        # What they would have heard of, had the row come in time.
        line.event(ListingRepriced(12, old_price=200_000, new_price=185_000), stamp=NAMED)
        line.event(slot(), stamp=NAMED)
        line.run()

        assert not line.all_parked()
    assert traces(ERASED) == []


def test_the_living_are_told_as_before_when_the_same_comes() -> None:
    with erased() as line:
        line.row(LISTINGS, {"id": 12, "version": 1})
        line.row(FAVOURITES, {"id": 1, "account_id": ERASED}, "c")
        line.row(FAVOURITES, {"id": 2, "account_id": OTHER}, "c")
        line.event(ListingRepriced(12, old_price=200_000, new_price=185_000), stamp=NAMED)
        line.run()

    assert planned() == [(OTHER, "price", None)]


@pytest.mark.parametrize(("agent", "visitor"), [(ERASED, OTHER), (OTHER, ERASED)])
@pytest.mark.parametrize("is_late", [False, True])
def test_who_is_left_of_a_viewing_hears_that_it_is_cancelled(
    agent: int, visitor: int, is_late: bool
) -> None:
    starts_at = (timezone.now() + timedelta(days=2)).isoformat()
    cancelled = ViewingCancelled(31, 12, agent, visitor, starts_at, agent == ERASED)
    with closing(Line(notifications)) as line:
        line.row(LISTINGS, {"id": 12, "version": 1})
        line.event(ViewingBooked(31, 12, agent, visitor, starts_at), stamp=NAMED)
        told = [partial(line.event, cancelled, stamp=NAMED), partial(line.event, GONE)]
        for tell in reversed(told) if is_late else told:
            tell()
            line.run()
    Person.objects.create(account_id=OTHER, email=sealed_email(OTHER, "other@example.org"))
    for row in Notification.objects.all():
        delivery.look(row.pk)

    assert [(each.to, each.subject[:17]) for each in mail.outbox] == [
        (["other@example.org"], "Viewing cancelled")
    ]
    assert traces(ERASED) == []


def test_of_a_viewing_whose_two_sides_are_erased_nothing_is_left() -> None:
    starts_at = timezone.now().isoformat()
    with closing(Line(notifications)) as line:
        line.event(ViewingBooked(31, 12, ERASED, OTHER, starts_at), stamp=NAMED)
        line.event(GONE)
        line.event(AccountDeleted(OTHER, was_agent=False))
        line.run()
        line.event(ViewingCancelled(31, 12, ERASED, OTHER, starts_at, True), stamp=NAMED)
        line.run()

    assert not Message.objects.exists()


def test_stamps_name_them_no_more_and_the_others_still() -> None:
    with closing(Line(notifications)) as line:
        line.event(ListingRepriced(12, old_price=200_000, new_price=185_000), stamp=NAMED)
        line.event(slot(), stamp=NAMED)
        line.event(about(example("EnquirySent"), OTHER), stamp=NAMED)
        line.event(AccountDeleted(ERASED, was_agent=False))
        line.run()

    stamps = [Stamp.parse(text) for text in stamped()]
    assert len(stamps) == 3
    assert not any(ERASED in stamp.named() for stamp in stamps)
    assert all(stamp.handles("price", OTHER) for stamp in stamps)


def test_what_of_theirs_is_parked_goes_too_and_holds_up_no_erasure() -> None:
    with closing(Line(notifications)) as line:
        for number, account_id in enumerate((ERASED, OTHER), start=1):
            search = {"id": number, "account_id": account_id, "frequency": "never"}
            line.row(SAVED_SEARCHES, search, "c")
            line.row(SAVED_SEARCHES, search | {"frequency": "daily"})
            line.row(OPT_OUTS, {"id": number, "account_id": account_id, "kind": 7}, "c")
            key, headers = str(account_id).encode(), (("ce_type", b"AccountConfirmed"),)
            line.tell(Told(ACCOUNT_EVENTS, key, b"not to be read", headers))
        line.run()
        assert len(line.all_parked()) == 8

        line.event(GONE)
        line.run()

        assert len(line.cluster.records_of(ERASURE_RECEIPTS)) == 1
    assert (parked.forget(ERASED), parked.forget(OTHER)) == (0, 4)
    assert traces(ERASED) == []


def test_pages_and_letters_that_were_open_write_nothing() -> None:
    with erased():
        choices.choose(ERASED, ["match:feed"])
        suppressions.suppress(ERASED, Why.COMPLAINED, "a@example.org")
        with FeedChannel().opened() as deliver:
            deliver(Letter(str(uuid.uuid4()), ERASED, "A home", "Text"))

    assert traces(ERASED) == []


@contextmanager
def erased() -> Iterator[Line[None]]:
    with closing(Line(notifications)) as line:
        line.event(AccountDeleted(ERASED, was_agent=False))
        line.run()
        yield line


@pytest.fixture
def shadow(settings: Settings) -> None:
    settings.NOTIFICATIONS = replace(settings.NOTIFICATIONS, is_shadowing=True)
