"""Enquiries and viewings: both sides are told, each once, and of what still holds."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from cdc.contracts.events import (
    AccountDeleted,
    EnquiryAnswered,
    EnquirySent,
    ViewingBooked,
    ViewingCancelled,
    ViewingConfirmed,
)
from cdc.contracts.handled_by import Given, Stamp
from consumers.notifications.deciding import messages
from consumers.notifications.ledger.models import Notification, State
from consumers.notifications.models import Home, Message
from consumers.notifications.pacing.models import Rhythm
from consumers.notifications.sending import delivery
from tests.consumers.notifications.conftest import World, html_of, outcome
from tests.consumers.notifications.telling import OURS, planned, told

pytestmark = pytest.mark.django_db

AGENT, ASKER = 2, 9


def test_both_sides_of_an_enquiry_are_told_and_an_answer_goes_to_who_asked() -> None:
    sent = EnquirySent(5, 7, AGENT, ASKER)
    answered = EnquiryAnswered(5, 7, AGENT, ASKER, 31)
    marked = EnquiryAnswered(5, 7, AGENT, ASKER, None)

    told.events(sent, answered, marked, stamp=OURS).twice().fresh().crashing("handled").then(
        [(AGENT, "enquiry", None), (ASKER, "enquiry", None), (ASKER, "enquiry", None)]
    )


def test_a_visitor_without_an_account_is_the_monoliths() -> None:
    told.events(EnquirySent(5, 7, AGENT, None), stamp=OURS).then([(AGENT, "enquiry", None)])


def test_a_side_that_the_stamp_does_not_name_is_the_monoliths() -> None:
    stamp = Stamp.of({"viewing": Given(accounts=frozenset({ASKER}))})
    booked = ViewingBooked(31, 7, AGENT, ASKER, "2030-05-04T14:00:00+00:00")

    told.events(booked, stamp=stamp).then([(ASKER, "viewing", None)])
    told.events(booked).then([])


def test_what_somebody_asked_goes_with_them() -> None:
    left = replace(told, shows=lambda _: (Message.objects.count(), len(planned())))

    asked = left.events(EnquirySent(5, 7, AGENT, ASKER), stamp=OURS)

    # The agent's own is about a home, and is dropped when it cannot be said any more.
    asked.events(AccountDeleted(ASKER, was_agent=False)).then((0, 1))


def viewing(world: World, what: str, version: int = 1, **facts: Any) -> list[Notification]:
    message = Message.objects.create(
        event_id=f"viewing-{version}",
        kind="viewing",
        what=what,
        number=31,
        version=version,
        listing_id=world.home.pk,
        agent_id=AGENT,
        account_id=ASKER,
        starts_at=timezone.now() + timedelta(days=2),
        happened_at=timezone.now(),
        handled_by=OURS.text(),
        **facts,
    )
    return Notification.objects.bulk_create(messages.plan(message))


def test_each_side_reads_what_concerns_it_and_nothing_to_switch_off(world: World) -> None:
    for number in (AGENT, ASKER):
        world.person(number)

    for each in viewing(world, "cancelled", by_agent=True):
        delivery.look(each.pk)

    agents, askers = mail.outbox
    assert agents.subject.startswith("Viewing cancelled: 12 Elm Street, ")
    assert "cancelled by you." in agents.body
    assert "/agent/viewings/" in agents.body
    assert "cancelled by the agent." in askers.body
    assert "/saved/viewings/" in html_of(askers)
    assert "List-Unsubscribe" not in agents.extra_headers


def test_a_viewing_that_changed_again_or_is_over_is_told_no_more(world: World) -> None:
    (first, _), (second, _) = viewing(world, "requested"), viewing(world, "confirmed", 2)
    past = timezone.now() - timedelta(hours=1)
    world.person(AGENT)

    delivery.look(first.pk)
    assert outcome(first) == (
        State.DROPPED,
        "The viewing changed again; that is told by itself.",
    )
    Message.objects.filter(version=2).update(starts_at=past)
    delivery.look(second.pk)
    assert outcome(second) == (State.DROPPED, "The time of the viewing is over.")


def test_a_message_waits_for_a_home_whose_row_is_late(world: World) -> None:
    world.person(ASKER)
    Home.objects.update(id=world.home.pk + 1)
    _, asked = viewing(world, "requested")

    delivery.look(asked.pk)
    assert outcome(asked) == (State.PLANNED, "The home is not known yet.")

    Home.objects.update(id=world.home.pk)
    Notification.objects.update(due_at=timezone.now())
    delivery.look(asked.pk)
    assert outcome(asked)[0] == State.SENT


def test_a_viewing_says_its_hour_where_the_home_is_and_on_ones_own_clock(world: World) -> None:
    for number, zone in ((AGENT, "America/Los_Angeles"), (ASKER, "America/Detroit")):
        world.person(number)
        Rhythm.objects.create(account_id=number, zone=zone)
    planned = viewing(world, "requested")
    Message.objects.update(starts_at=datetime(2030, 5, 4, 14, tzinfo=UTC))
    for each in planned:
        delivery.look(each.pk)

    agents, askers = mail.outbox
    hour = "Saturday 4 May 2030, 10:00 AM"
    assert hour in agents.subject
    assert f"{hour} (time of Toledo, Ohio; on your clock Saturday 4 May 2030, 7:00 AM)" in (
        agents.body
    )
    assert "on your clock Saturday 4 May 2030, 7:00 AM" in html_of(agents)
    assert f"{hour} (time of Toledo, Ohio)" in askers.body


def test_a_viewing_keeps_the_moment_that_was_told() -> None:
    shown = replace(told, shows=lambda _: [each.starts_at for each in Message.objects.all()])
    events = (
        ViewingConfirmed(31, 7, AGENT, ASKER, "2030-05-04T14:00:00+00:00"),
        ViewingCancelled(31, 7, AGENT, None, "2030-05-04T14:00:00+00:00", True),
    )

    outcome = shown.events(*events, stamp=OURS).then()

    assert set(outcome.shown) == {datetime(2030, 5, 4, 14, tzinfo=UTC)}
