"""An operator's hand: sent again, cancelled, previewed; each written down, nothing overruled."""

import json
from io import StringIO
from typing import Any
from uuid import UUID

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.utils import timezone

from consumers.notifications.bounces.models import Suppression
from consumers.notifications.endpoints.models import Endpoint
from consumers.notifications.ledger.models import Choice, Intervention, Notification, State
from consumers.notifications.models import Change, Favourite, Home, Person, SavedSearch
from consumers.notifications.pacing.models import Rhythm
from consumers.notifications.sending import delivery
from tests.consumers.notifications.conftest import World, outcome
from tests.consumers.notifications.pacing.test_together import held_matches
from tests.consumers.notifications.telling import OURS

pytestmark = pytest.mark.django_db

WHY = ("--reason", "The agent called.", "--who", "olga")


def manage(*words: object) -> str:
    told = StringIO()
    call_command(*[str(word) for word in words], stdout=told)
    return told.getvalue()


@pytest.mark.parametrize("words", [("resend", UUID(int=7)), ("cancel", "--kind", "price")])
def test_nobody_changes_anything_without_a_reason(words: tuple[object, ...]) -> None:
    with pytest.raises(CommandError, match="say why: it must not be empty"):
        manage(*words, "--reason", " ")


def test_what_did_not_arrive_is_sent_again_and_that_is_written_down(world: World) -> None:
    planned = world.keeper()
    Notification.objects.update(state=State.UNKNOWN, attempts=3, reason="The worker died.")

    manage("resend", planned.pk, *WHY)
    delivery.look(planned.pk)

    assert outcome(planned) == (State.SENT, "")
    done = Intervention.objects.get()
    assert (done.what, done.state_before, done.who) == ("resend", "unknown", "olga")
    assert done.reason == "The agent called."


def test_what_arrived_is_sent_again_only_on_purpose(world: World) -> None:
    planned = world.keeper()
    delivery.look(planned.pk)

    with pytest.raises(CommandError, match="--again"):
        manage("resend", planned.pk, *WHY)
    manage("resend", planned.pk, "--again", *WHY)
    delivery.look(planned.pk)

    assert len(mail.outbox) == 2
    assert mail.outbox[0].extra_headers["Message-ID"] == mail.outbox[1].extra_headers["Message-ID"]


def test_what_is_sent_again_does_not_stand_in_its_own_way(world: World) -> None:
    planned = world.keeper()
    Rhythm.objects.create(account_id=1, most_a_day=1)
    delivery.look(planned.pk)

    manage("resend", planned.pk, "--again", *WHY)
    delivery.look(planned.pk)

    assert (outcome(planned)[0], len(mail.outbox)) == (State.SENT, 2)


def test_a_letter_that_told_several_is_sent_again_with_all_of_them(world: World) -> None:
    rows = held_matches(world, 2)
    delivery.look(rows[0].pk)
    Notification.objects.update(state=State.UNKNOWN, sent_at=None)
    mail.outbox.clear()

    manage("resend", rows[0].pk, *WHY)
    for row in rows:
        delivery.look(row.pk)

    (sent,) = mail.outbox
    assert sent.subject.startswith("2 new homes")
    assert [outcome(row) for row in rows] == [(State.SENT, "")] * 2
    assert Intervention.objects.filter(what="resend").count() == 2


@pytest.mark.parametrize("state", ["planned", "sending", "returned", "complained"])
def test_what_is_on_its_way_or_somebody_elses_is_not_sent_again(world: World, state: str) -> None:
    planned = world.keeper()
    Notification.objects.update(state=state)

    with pytest.raises(CommandError, match=state):
        manage("resend", planned.pk, "--again", *WHY)

    assert not Intervention.objects.exists()


def test_sending_again_overrules_nobody(world: World) -> None:
    planned = world.keeper()
    Choice.objects.create(account_id=1, kind="price", is_wanted=False)
    delivery.look(planned.pk)

    manage("resend", planned.pk, *WHY)
    delivery.look(planned.pk)

    assert outcome(planned) == (State.DROPPED, "The person does not want this kind.")


def test_planned_ones_are_cancelled_by_what_they_are_about(world: World) -> None:
    mine, theirs, sent = (world.keeper(number) for number in (1, 2, 3))
    delivery.look(sent.pk)

    assert manage("cancel", "--account", 1, "--kind", "match", *WHY) == "0 cancelled.\n"
    assert manage("cancel", "--account", 1, *WHY) == "1 cancelled.\n"
    assert manage("cancel", "--listing", world.home.pk, *WHY) == "1 cancelled.\n"
    with pytest.raises(CommandError, match="Say which"):
        manage("cancel", *WHY)
    for row in (mine, theirs):
        delivery.look(row.pk)

    assert outcome(mine) == outcome(theirs) == (State.DROPPED, "Cancelled: The agent called.")
    assert outcome(sent)[0] == State.SENT
    assert Intervention.objects.filter(what="cancel").count() == 2


def previewed(world: World, *words: object) -> list[tuple[Any, ...]]:
    told = json.loads(manage("preview", world.home.pk, "--json", *words))
    return [
        (line["account_id"], line["kind"], line["why_not"])
        for line in told
        if line["channel"] == "email"
    ]


def test_a_preview_says_who_would_be_told_and_why_others_not(world: World) -> None:
    Change.objects.update(handled_by=OURS.text())
    world.keeper(1)
    world.keeper(2)
    Choice.objects.create(account_id=2, kind="price", is_wanted=False)
    world.seeker(3)
    Person.objects.filter(pk=3).update(is_reachable=False)
    since = world.change.happened_at
    Favourite.objects.create(id=4, account_id=4, listing_id=world.home.pk, since=since)
    before = list(Notification.objects.values())

    assert previewed(world, "--what", "reduced") == [
        (1, "price", ""),
        (2, "price", "The person does not want this kind."),
        (4, "price", "The person's address is not told yet."),
        (3, "match", "The person has no account any more."),
    ]
    assert previewed(world, "--what", "moved", "--account", 1) == [(1, "status", "")]
    assert "would get it" in manage("preview", world.home.pk)
    assert list(Notification.objects.values()) == before
    assert mail.outbox == []


def test_a_preview_of_what_concerns_nobody_says_so(world: World) -> None:
    assert "Nobody keeps home" in manage("preview", world.home.pk)


def test_a_preview_says_what_holds_a_letter_up_or_makes_another_needless(world: World) -> None:
    Change.objects.update(handled_by=OURS.text())
    for number in (1, 2, 3):
        world.keeper(number)
    SavedSearch.objects.create(
        account_id=1, criteria={}, frequency="instant", version=1, since=world.change.happened_at
    )
    Rhythm.objects.create(account_id=2, most_a_day=1)
    Notification.objects.filter(account_id=2).update(state=State.SENT, sent_at=timezone.now())
    Suppression.objects.create(account_id=3, why="complained")

    told = {(whose, kind): why for whose, kind, why in previewed(world, "--what", "reduced")}

    assert told[1, "price"] == ""
    assert told[1, "match"] == "The person hears of it as price."
    assert told[2, "price"].startswith("The person was told enough for a day. It would go at 20")
    assert told[3, "price"] == "The person called our mails unwanted."
    Home.objects.update(status="withdrawn")
    assert {why for *_, why in previewed(world, "--what", "reduced")} == {
        "The home is not for sale."
    }


def test_a_preview_names_the_agencies_that_listen(world: World) -> None:
    agent = world.home.agent_id
    assert agent
    on, off = (Endpoint.objects.create(account_id=agent, url="https://a.example/") for _ in "ab")
    Endpoint.objects.filter(pk=off.pk).update(is_active=False)

    told = json.loads(manage("preview", world.home.pk, "--json", "--what", "moved"))

    assert [line["because"] for line in told if line["channel"] == "webhook"] == [
        f"has endpoint {on.pk}"
    ]


def test_a_preview_says_what_is_the_monoliths(world: World) -> None:
    world.keeper(1)

    assert previewed(world) == [(1, "status", "The monolith tells it.")]
    with pytest.raises(CommandError, match="No home 999"):
        manage("preview", 999)


def test_a_number_that_is_none_is_told_so(world: World) -> None:
    for number in ("x", "0e5b3c8e-0000-5000-8000-000000000009"):
        with pytest.raises(CommandError, match="number|no notification"):
            manage("resend", number, *WHY)
