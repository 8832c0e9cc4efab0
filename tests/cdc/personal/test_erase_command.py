"""Who erases a person is found in the audit trail like anybody else; every consumer confirms."""

import pytest
from django.conf import settings
from django.core.management import CommandError

from cdc.management.commands.erase import Command
from cdc.outbox.models import OutboxEvent
from consumers.runtime.found import consumer_names
from monolith.accounts.models import User


@pytest.mark.django_db
def test_the_erasure_says_why() -> None:
    person = User.objects.create_user("ada", "ada@example.org")

    Command()._erase(person.pk)

    row = OutboxEvent.objects.get(event_type="AccountDeleted")
    assert (row.actor, row.reason) == ("system", "command: erase")


@pytest.mark.django_db
def test_a_person_who_is_not_there_is_said_in_words() -> None:
    with pytest.raises(CommandError, match=r"Nothing was erased: there is no person 99\."):
        Command()._erase(99)


def test_it_waits_for_every_consumer_there_is() -> None:
    assert tuple(settings.PERSON_CONSUMERS) == consumer_names()
