"""What a worker keeps between two tasks: its connection to the database, while that is good."""

from typing import Any

import pytest
from celery import signals
from celery.fixups.django import DjangoWorkerFixup
from django.db import connection

from consumers.notifications import settings
from consumers.notifications.celery import app
from consumers.notifications.tasks import look

pytestmark = pytest.mark.django_db(transaction=True)


def run_task(worker: DjangoWorkerFixup) -> Any:
    """Do what a worker does around a task that asks something; return what it was asked by."""
    worker.on_task_prerun(look)
    signals.task_prerun.send(sender=look)
    with connection.cursor() as cursor:
        cursor.execute("select 1")
    used = connection.connection
    worker.on_task_postrun(look)
    return used


def test_the_next_task_has_the_same_connection_unless_it_broke(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("CONN_MAX_AGE", "CONN_HEALTH_CHECKS"):
        monkeypatch.setitem(connection.settings_dict, name, settings.DATABASES["default"][name])
    connection.close()
    worker = DjangoWorkerFixup(app)
    worker.db_reuse_max = settings.CELERY_DB_REUSE_MAX
    first = run_task(worker)

    assert run_task(worker) is first

    first.close()
    assert run_task(worker) is not first
