"""From a committed plan to the worker: every row is looked at, some of them by one task."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from consumers.notifications import tasks
from consumers.notifications.celery import app
from consumers.notifications.ledger import queueing
from consumers.notifications.ledger.models import Notification, State
from consumers.notifications.ledger.queueing import AT_ONCE, queue_after_commit
from tests.consumers.notifications.conftest import World, outcome

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _rested(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queueing, "_silent_until", 0.0)


@contextmanager
def working() -> Iterator[None]:
    """Do what is queued at once."""
    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = False


def test_all_of_many_rows_are_looked_at_after_the_commit(
    world: World, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    planned = [world.keeper(number).pk for number in range(101, 101 + AT_ONCE + 2)]

    with working(), django_capture_on_commit_callbacks(execute=True):
        queue_after_commit(planned)
        assert mail.outbox == []

    assert len(mail.outbox) == len(planned)
    assert set(Notification.objects.values_list("state", flat=True)) == {State.SENT}


def test_while_redis_is_away_nobody_waits_for_it_and_then_the_sweep_finds_the_rows(
    world: World,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # An earlier test's silence may end at any moment.
    monkeypatch.setattr(queueing, "_silent_until", 0.0)
    planned = world.keeper()
    with django_capture_on_commit_callbacks(execute=True):
        queue_after_commit([planned.pk])
    assert queueing._silent_until > time.monotonic()
    Notification.objects.update(due_at=timezone.now() - timedelta(minutes=1))
    tasks.sweep()
    assert outcome(planned)[0] == State.PLANNED

    monkeypatch.setattr(queueing, "_silent_until", 0.0)
    with working():
        # Another one comes when it is done already.
        tasks.sweep()
        tasks.look(str(planned.pk))

    assert outcome(planned)[0] == State.SENT
    assert len(mail.outbox) == 1
