"""From a committed plan to the worker: every row is looked at, some of them by one task."""

from collections.abc import Iterator

import pytest
from django.core import mail
from pytest_django import DjangoCaptureOnCommitCallbacks

from consumers.notifications.celery import app
from consumers.notifications.ledger.models import Notification, State
from consumers.notifications.ledger.queueing import AT_ONCE, queue_after_commit
from tests.consumers.notifications.conftest import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def _worker() -> Iterator[None]:
    """Do what is queued at once."""
    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = False


@pytest.mark.usefixtures("_worker")
def test_all_of_many_rows_are_looked_at_after_the_commit(
    world: World, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    planned = [world.keeper(number).pk for number in range(101, 101 + AT_ONCE + 2)]

    with django_capture_on_commit_callbacks(execute=True):
        queue_after_commit(planned)
        assert mail.outbox == []

    assert len(mail.outbox) == len(planned)
    assert set(Notification.objects.values_list("state", flat=True)) == {State.SENT}
