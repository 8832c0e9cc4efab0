"""A worker that is told to end: the letter at hand goes, and the rest waits for another worker."""

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone
from pytest_django import Settings

from consumers.notifications import settings as service
from consumers.notifications import stopping, tasks
from consumers.notifications.ledger.models import Notification, State
from stack.services import Service
from tests.consumers.notifications.conftest import World


class ToldMeanwhile(EmailBackend):
    """A mail server, while which takes a mail the worker is told to end."""

    def send_messages(self, messages: Any) -> int:
        stopping.tell()
        return super().send_messages(messages)


@pytest.fixture(autouse=True)
def again() -> Iterator[None]:
    yield
    stopping.forget()


def states() -> list[str]:
    return list(Notification.objects.order_by("account_id").values_list("state", flat=True))


@pytest.mark.django_db
def test_it_ends_the_letter_at_hand_and_leaves_the_rest(world: World, settings: Settings) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.ToldMeanwhile"
    rows = [world.keeper(number) for number in (1, 2, 3)]
    Notification.objects.update(due_at=timezone.now())
    numbers = [str(row.pk) for row in rows]

    tasks.look(*numbers)
    assert states() == [State.SENT, State.PLANNED, State.PLANNED]

    # Another worker, of which nobody wants anything else.
    stopping.forget()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    tasks.look(*numbers)
    assert states() == [State.SENT] * 3
    assert len(mail.outbox) == 3


def test_a_silent_mail_server_holds_it_up_for_less_than_a_supervisor_waits() -> None:
    (patience,) = [each.default for each in fields(Service) if each.name == "stop_s"]

    assert isinstance(patience, int)
    assert patience > service.EMAIL_TIMEOUT
