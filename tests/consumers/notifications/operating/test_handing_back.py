"""What is not sent goes back, once, whatever happens amid it."""

from collections import Counter
from dataclasses import replace

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import Settings

from consumers.notifications.ledger.models import State
from consumers.notifications.operating import handing_back
from consumers.notifications.operating.handing_back import HandbackFailed
from consumers.notifications.sending import delivery
from tests.consumers.notifications import topics
from tests.consumers.notifications.conftest import World, outcome
from tests.consumers.notifications.monolith import Monolith

pytestmark = pytest.mark.django_db


def test_what_is_planned_goes_back_and_is_sent_by_nobody_here(
    world: World, monolith: Monolith
) -> None:
    sent, planned = world.keeper(1), world.keeper(2)
    delivery.look(sent.pk)

    assert handing_back.waiting() == 1
    assert handing_back.give_back() == {"taken": 1}

    assert monolith.taken == [(world.change.pk, 2, "price")]
    assert monolith.tokens == {"Bearer secret"}
    delivery.look(planned.pk)
    assert len(mail.outbox) == 1
    assert outcome(planned) == (State.RETURNED, "The monolith said: taken.")
    assert handing_back.give_back() == {}


def test_what_the_monolith_has_no_channel_for_stays(world: World, monolith: Monolith) -> None:
    item = world.plan(1, "price", channel="feed")
    message = world.plan(2, "status", channel="webhook", endpoint_id=1)

    assert handing_back.waiting() == 0
    assert handing_back.give_back() == {}

    assert {outcome(each)[0] for each in (item, message)} == {State.PLANNED}


def test_a_monolith_that_fails_is_asked_again_about_the_same_mails(
    world: World, monolith: Monolith
) -> None:
    planned = world.keeper()
    monolith.status = 500
    with pytest.raises(HandbackFailed):
        handing_back.give_back()
    # Whether it took the mail nobody knows; here it is sent no more.
    delivery.look(planned.pk)
    assert mail.outbox == []

    monolith.status = 200

    assert handing_back.waiting() == 1
    assert handing_back.give_back() == {"already": 1}
    assert len(monolith.taken) == 1


@pytest.mark.django_db(transaction=True)
def test_rows_are_taken_in_a_transaction_of_their_own(world: World, monolith: Monolith) -> None:
    world.keeper()

    assert handing_back.give_back() == {"taken": 1}


@pytest.mark.django_db(transaction=True)
def test_two_who_give_back_at_once_give_each_mail_to_one_who_takes_it_once(
    world: World, monolith: Monolith
) -> None:
    rows = [world.keeper(number) for number in (1, 2)]
    by_another: list[Counter[str]] = []

    def give_back_too() -> None:
        by_another.append(handing_back.give_back())
        connection.close()

    monolith.meanwhile = [give_back_too]
    told = handing_back.give_back()

    assert [told, *by_another] == [{"already": 2}, {"taken": 2}]
    assert len(monolith.taken) == 2
    for row in rows:
        delivery.look(row.pk)
        assert outcome(row)[0] == State.RETURNED
    assert mail.outbox == []


@pytest.mark.usefixtures("told")
def test_a_kind_goes_back_alone(world: World, monolith: Monolith) -> None:
    world.keeper(1)
    match = world.seeker(2)

    call_command("handback", "--kind", "match")

    assert monolith.taken == [(world.change.pk, 2, "match")]
    assert outcome(match)[0] == State.RETURNED
    assert handing_back.waiting() == 1


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize(
    ("read", "words"), [(2, ""), (1, "not read yet: 1."), (0, "not read yet: 2.")]
)
def test_what_is_not_read_yet_is_told(
    monolith: Monolith, capsys: pytest.CaptureFixture[str], read: int, words: str
) -> None:
    topics.hold(events=2)
    topics.read(events=read)

    call_command("handback")

    said = capsys.readouterr().err
    assert words in said
    assert bool(words) == bool(said)


@pytest.mark.usefixtures("told")
def test_a_broker_that_is_away_is_told_of(
    monolith: Monolith, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("handback")

    assert "how much is unread is not known" in capsys.readouterr().err


def test_the_command_says_in_words_that_nobody_answers(world: World, settings: Settings) -> None:
    world.keeper()
    settings.NOTIFICATIONS = replace(
        settings.NOTIFICATIONS, handback_url="http://127.0.0.1:9/internal/alerts/handback"
    )

    with pytest.raises(CommandError, match="took nothing back"):
        call_command("handback")
