"""Somebody is erased while something of theirs is written: two connections, either is first."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from anymail.signals import AnymailTrackingEvent, EventType, RejectReason
from django.db import connection, transaction
from django.db.models import Model
from pytest_django import Settings

from cdc.contracts.events import ListingRepriced
from cdc.contracts.examples import example
from cdc.contracts.tables import (
    ACCOUNTS,
    FAVOURITES,
    LISTINGS,
    OPT_OUTS,
    SAVED_SEARCHES,
    CapturedTable,
)
from consumers.notifications.bounces import hearing
from consumers.notifications.handlers import notifications
from consumers.notifications.ledger.models import Notification
from consumers.notifications.models import Change, Favourite, OptOut
from consumers.runtime.testing.line import Line
from tests.consumers.notifications.conftest import reduced_home
from tests.consumers.notifications.traces import (
    LATE_EVENTS,
    LATE_ROWS,
    about,
    named,
    slot,
    traces,
)

pytestmark = pytest.mark.django_db(transaction=True)

Step = Callable[[], object]
ERASED, OTHER = 71, 72
TOLD: tuple[str | CapturedTable, ...] = (*LATE_EVENTS, *LATE_ROWS)


@pytest.fixture
def others() -> Any:
    """Give threads whose connections are their own."""
    with ThreadPoolExecutor(2) as threads:
        yield threads


def test_nothing_is_left_whichever_commits_first(
    others: ThreadPoolExecutor, settings: Settings
) -> None:
    settings.NOTIFICATIONS = replace(settings.NOTIFICATIONS, is_shadowing=True)
    left = {}
    with closing(Line(notifications)) as line:
        line.row(LISTINGS, {"id": 12, "version": 1})
        line.run()
        cases = product(TOLD, (True, False))
        for person, (told, is_erased_first) in enumerate(cases, start=ERASED):
            steps = [erasing(person), telling(line, told, person)]
            at_once(others, *(steps if is_erased_first else reversed(steps)))
            left[person] = traces(person)

        assert not line.all_parked()
    assert {person: where for person, where in left.items() if where} == {}


def test_what_is_told_leaves_something_of_who_is_not_erased(settings: Settings) -> None:
    settings.NOTIFICATIONS = replace(settings.NOTIFICATIONS, is_shadowing=True)
    with closing(Line(notifications)) as line:
        line.row(LISTINGS, {"id": 12, "version": 1})
        for person, told in enumerate(TOLD, start=ERASED):
            telling(line, told, person)()
            assert traces(person), told


def test_an_opt_out_that_ends_at_that_moment_does_not_come_back(
    others: ThreadPoolExecutor,
) -> None:
    with closing(Line(notifications)) as line:
        line.row(OPT_OUTS, {"id": 5, "account_id": ERASED}, "c")
        line.run()
        assert OptOut.objects.count() == 1
        line.row(OPT_OUTS, {"id": 5, "account_id": ERASED}, "d")

        at_once(others, erasing(ERASED), line.run)

    assert traces(ERASED) == []


def test_a_bounce_that_is_heard_of_at_that_moment_and_the_erasure_never_block_each_other(
    others: ThreadPoolExecutor,
) -> None:
    row = reduced_home_keeper()

    queue_for(others, row, lambda: hearing.hear(None, bounce(row), "postmark"), erasing(ERASED))

    assert traces(ERASED) == []


def test_a_favourite_that_ends_at_that_moment_and_the_erasure_never_block_each_other(
    others: ThreadPoolExecutor,
) -> None:
    kept = {"id": 5, "account_id": ERASED, "listing_id": 12}
    asks = {"id": 6, "account_id": ERASED, "criteria": "{}", "frequency": "instant"}
    with closing(Line(notifications)) as line:
        line.row(LISTINGS, {"id": 12, "version": 1})
        line.row(FAVOURITES, kept, "c")
        line.row(SAVED_SEARCHES, asks, "c")
        line.event(ListingRepriced(12, old_price=200_000, new_price=185_000), stamp=named(OTHER))
        line.run()
        # Whose it would be as a match, as is known now that it was no favourite.
        Change.objects.update(handled_by=named(ERASED).text())
        line.row(FAVOURITES, kept, "d")

        queue_for(others, Favourite.objects.get(), line.run, erasing(ERASED))

        assert not line.all_parked()
    assert traces(ERASED) == []


def telling(line: Line[None], told: str | CapturedTable, person: int) -> Step:
    """Return a step that tells of somebody, and of what they would hear then."""

    def tell() -> None:
        if isinstance(told, str):
            line.event(about(example(told), person), stamp=named(person))
        else:
            whose = "id" if told is ACCOUNTS else "account_id"
            row = {whose: person} | ({} if told is ACCOUNTS else {"id": person})
            line.row(told, row | ({"listing_id": 12} if told is FAVOURITES else {}), "c")
            line.event(ListingRepriced(12, old_price=200_000, new_price=185_000))
            line.event(slot())
        line.run()

    return tell


def erasing(person: int) -> Step:
    erase: Any = notifications.erase
    return lambda: erase(str(person), None)


def reduced_home_keeper() -> Notification:
    row = reduced_home().keeper(ERASED)
    Notification.objects.filter(pk=row.pk).update(state="sent")
    return row


def bounce(row: Notification) -> AnymailTrackingEvent:
    return AnymailTrackingEvent(
        event_type=EventType.BOUNCED,
        reject_reason=RejectReason.BOUNCED,
        recipient="person@example.org",
        metadata={"notification": str(row.pk)},
    )


def at_once(others: ThreadPoolExecutor, first: Step, second: Step) -> None:
    """Let the second begin when the first is done and not committed."""
    with transaction.atomic():
        first()
        running = others.submit(alone, second)
        until_waiting(1, running)
    running.result()


def queue_for(others: ThreadPoolExecutor, row: Model, *steps: Step) -> None:
    """Let each begin, in this order, while somebody else has the row."""
    with transaction.atomic():
        type(row)._default_manager.select_for_update().get(pk=row.pk)
        running = []
        for step in steps:
            running.append(others.submit(alone, step))
            until_waiting(len(running), running[-1])
    for each in running:
        each.result()


def alone(step: Step) -> None:
    """Do it in one transaction of a connection of its own."""
    try:
        with transaction.atomic():
            step()
    finally:
        connection.close()


def until_waiting(count: int, running: Future[None]) -> None:
    """Go on when so many wait for a lock, or this one did not have to."""
    with connection.cursor() as cursor:
        while not running.done():
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0] >= count:
                return
