"""The shadow stage: what would be sent here is held against what the monolith sent."""

import io
import json
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from cdc.contracts.handled_by import Given
from consumers.notifications.ledger.models import Notification
from consumers.notifications.management.commands import shadow
from consumers.notifications.models import Home, Person
from consumers.notifications.models import OptOut as Refused
from consumers.notifications.models import SavedSearch as Known
from consumers.notifications.shadow import noting
from consumers.notifications.shadow.comparing import (
    PATIENCE,
    PATIENCE_WITH_OVERVIEWS,
    Verdict,
    compared,
)
from consumers.notifications.shadow.models import Decided, Ours, Theirs
from monolith.alerts import digests, handback
from monolith.alerts.models import Alert, Change
from monolith.enquiries import services as enquiries
from monolith.interests.models import SavedSearch
from monolith.viewings import services as viewings
from monolith.viewings.hours import offered
from tests.consumers.notifications.test_both_sides import BothSides
from tests.monolith import stamps

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(settings: Settings) -> Any:
    """Give both sides; everybody is the monolith's, and the service looks on."""
    settings.NOTIFICATIONS = replace(settings.NOTIFICATIONS, is_shadowing=True)
    settings.OUTBOX_STAMP = "tests.monolith.stamps.stamp"
    world = BothSides()
    settle(world)
    yield world
    world.line.close()
    stamps.GIVEN.clear()


def settle(world: BothSides) -> None:
    list(world.settle())


def verdicts(*, is_late: bool = True) -> dict[int, tuple[Verdict, str]]:
    """Return the verdict for each person, as it is when nothing is on its way any more."""
    if is_late:
        Decided.objects.update(at=timezone.now() - PATIENCE)
    found = compared(timezone.now() - timedelta(days=1))
    return {each.account_id: (each.verdict, each.reason) for each in found}


def test_both_sides_agree_and_nothing_is_sent_from_here(world: BothSides) -> None:
    world.reprice()
    settle(world)

    assert set(verdicts().values()) == {(Verdict.AGREED, "")}
    assert len(verdicts()) == Alert.objects.count() == 3
    assert not Notification.objects.exists()
    assert "agreed" in said()


def verdicts_on_overviews(
    after: timedelta = PATIENCE_WITH_OVERVIEWS,
) -> dict[int, tuple[Verdict, str]]:
    Decided.objects.update(at=timezone.now() - after)
    mails = compared(timezone.now() - timedelta(days=1))
    return {each.account_id: (each.verdict, each.reason) for each in mails if each.kind == "digest"}


def overview(world: BothSides, frequency: str = "daily") -> None:
    """Let three people ask for overviews: of all homes, of such as there are, and of none."""
    for number, criteria in enumerate(({}, {"price_max": 119_900}, {"beds_min": 9})):
        facts = {"name": "Often", "frequency": frequency, "criteria": criteria}
        SavedSearch.objects.create(account=world.people[number], **facts)
    world.reprice()
    settle(world)
    due = digests.opened(frequency, timezone.now())
    digests.plan(due.pk)
    world.tell()


@pytest.mark.parametrize("frequency", ["daily", "weekly"])
def test_overviews_are_compared_too(world: BothSides, frequency: str) -> None:
    overview(world, frequency)
    first, second, third, _ = world.people

    assert verdicts_on_overviews() == {
        first.pk: (Verdict.AGREED, ""),
        second.pk: (Verdict.AGREED, ""),
        third.pk: (Verdict.ACCEPTED, "there is nothing to tell"),
    }


def test_an_overview_that_one_side_misses_is_wrong_unless_its_search_is_younger(
    world: BothSides,
) -> None:
    overview(world)
    first, second, _, _ = world.people
    Theirs.objects.filter(account_id=first.pk, kind="digest").delete()
    Ours.objects.filter(account_id=second.pk, kind="digest").delete()

    # Person after person they are planned, and are on their way for longer.
    late = (Verdict.LATE, "the other side's may be on its way")
    told = verdicts_on_overviews(PATIENCE)
    assert (told[first.pk], told[second.pk]) == (late, late)
    told = verdicts_on_overviews()
    assert told[first.pk] == (Verdict.WRONG, "the monolith planned none")
    assert told[second.pk] == (Verdict.WRONG, "only the monolith planned one")
    Known.objects.update(since=timezone.now() + timedelta(minutes=1))
    assert verdicts_on_overviews()[second.pk] == (Verdict.ACCEPTED, "the search is younger")


def test_a_search_that_is_told_after_its_overview_was_due_is_compared(world: BothSides) -> None:
    overview(world)
    first = world.people[0].pk
    Ours.objects.filter(account_id=first, kind="digest").delete()

    noting.note_late(Known.objects.get(account_id=first, frequency="daily"))

    assert verdicts_on_overviews()[first] == (Verdict.AGREED, "")


def messages(world: BothSides) -> None:
    """Let somebody ask about the home, be answered, and come to see it."""
    buyer, agent = world.people[0].pk, world.home.agent_id
    enquiry = enquiries.send(world.home.pk, message="Is it new?", account_id=buyer)
    enquiries.reply(enquiry.pk, agent, "It is.")
    viewing = viewings.book(world.home.pk, buyer, next(iter(offered(timezone.now()))))
    viewings.confirm(viewing.pk)


def test_messages_are_compared_too(
    world: BothSides, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        messages(world)
    settle(world)

    Decided.objects.update(at=timezone.now() - PATIENCE)
    found = Counter(
        (each.kind, each.verdict) for each in compared(timezone.now() - timedelta(days=1))
    )
    # Both sides hear of all four, but for the answer, which the agent gave.
    assert found == {("enquiry", Verdict.AGREED): 3, ("viewing", Verdict.AGREED): 4}
    assert not Notification.objects.exists()


def test_messages_that_were_not_planned_or_are_the_services_are_not_the_monoliths(
    world: BothSides,
) -> None:
    mine = world.people[0]
    Person.objects.update(is_reachable=True)
    stamps.GIVEN["viewing"] = Given(accounts=frozenset({mine.pk}))
    messages(world)
    Alert.objects.all().delete()
    settle(world)

    Decided.objects.update(at=timezone.now() - PATIENCE)
    found = list(compared(timezone.now() - timedelta(days=1)))
    assert {each.reason for each in found if each.account_id == mine.pk} == {
        "the monolith planned none"
    }
    assert {each.kind for each in found if each.account_id == mine.pk} == {"enquiry"}


def test_whoever_is_the_services_is_not_compared(world: BothSides) -> None:
    mine = world.people[0]
    stamps.GIVEN["price"] = Given(accounts=frozenset({mine.pk}))
    world.reprice()
    settle(world)

    assert mine.pk not in verdicts()
    assert [each.account_id for each in Notification.objects.all()] == [mine.pk]


def test_a_mail_that_one_side_misses_is_late_at_first_and_wrong_then(world: BothSides) -> None:
    world.reprice()
    settle(world)
    first, second, _ = sorted(verdicts())
    Ours.objects.filter(account_id=first).delete()
    Theirs.objects.filter(account_id=second).delete()

    Decided.objects.update(at=timezone.now())
    assert {verdict for verdict, _ in verdicts(is_late=False).values()} == {"agreed", "late"}
    late = verdicts()
    assert late[first] == (Verdict.WRONG, "only the monolith planned one")
    assert late[second] == (Verdict.WRONG, "the monolith planned none")
    with pytest.raises(CommandError, match="2 of 3 mails are wrong"):
        said()


def test_another_kind_is_wrong(world: BothSides) -> None:
    world.reprice()
    settle(world)
    changed = Ours.objects.filter(kind="price").first()
    assert changed
    Ours.objects.filter(pk=changed.pk).update(kind="match")

    assert verdicts()[changed.account_id] == (Verdict.WRONG, "the monolith's is price")


def test_what_would_be_dropped_or_was_dropped_is_accepted(world: BothSides) -> None:
    world.reprice()
    settle(world)
    first, second, third = sorted(verdicts())
    Theirs.objects.filter(account_id__in=[first, third]).delete()
    Home.objects.update(status="sold")
    Person.objects.filter(account_id=first).update(is_reachable=False)
    Ours.objects.filter(account_id=second).delete()
    Theirs.objects.filter(account_id=second).update(state="dropped")

    assert verdicts()[first] == (Verdict.ACCEPTED, "the account may not be written to")
    assert verdicts()[second] == (Verdict.ACCEPTED, "the monolith dropped it")
    assert verdicts()[third] == (Verdict.ACCEPTED, "the home is not for sale")


def test_a_no_that_is_told_late_is_accepted(world: BothSides) -> None:
    overview(world)
    first = world.people[0].pk
    Theirs.objects.filter(account_id=first, kind="digest").delete()
    Refused.objects.create(account_id=first, kind="digest", since=timezone.now())

    assert verdicts_on_overviews()[first] == (Verdict.ACCEPTED, "the person does not want it")


def test_what_was_given_back_is_accepted(world: BothSides) -> None:
    mine = world.people[0]
    stamps.GIVEN["price"] = Given(accounts=frozenset({mine.pk}))
    world.reprice()
    settle(world)
    event_id = Change.objects.get().event_id
    assert event_id
    handback.take_back([handback.Mail(event_id, mine.pk, "price")])
    world.tell()

    assert verdicts()[mine.pk] == (Verdict.ACCEPTED, "it was given back")


def test_a_person_who_is_forgotten_leaves_no_trace(world: BothSides) -> None:
    world.reprice()
    settle(world)
    person = min(verdicts())

    assert noting.forget(person) == 2
    assert person not in verdicts()


def test_nothing_is_kept_outside_the_shadow_stage(settings: Settings) -> None:
    settings.NOTIFICATIONS = replace(settings.NOTIFICATIONS, is_shadowing=False)
    settings.OUTBOX_STAMP = ""
    world = BothSides()
    settle(world)
    world.reprice()
    settle(world)
    world.line.close()

    assert not Decided.objects.exists()
    assert not Theirs.objects.exists()
    with pytest.raises(CommandError, match="NOTIFICATIONS_SHADOW"):
        said()


def said() -> str:
    out = io.StringIO()
    call_command(shadow.Command(), "--json", stdout=out)
    told = json.loads(out.getvalue())
    assert set(told) == {"counts", "wrong"}
    call_command(shadow.Command(), stdout=out)
    return out.getvalue()
