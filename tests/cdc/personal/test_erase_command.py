"""Who erases a person at a terminal is found in the audit trail like anybody else."""

import pytest

from cdc.management.commands.erase import Command
from cdc.outbox.models import OutboxEvent
from monolith.accounts.models import User


@pytest.mark.django_db
def test_the_erasure_says_why() -> None:
    person = User.objects.create_user("ada", "ada@example.org")

    Command()._erase(person.pk)

    row = OutboxEvent.objects.get(event_type="AccountDeleted")
    assert (row.actor, row.reason) == ("system", "command: erase")
