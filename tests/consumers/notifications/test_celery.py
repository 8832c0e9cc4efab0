"""What a worker keeps between two tasks, and what becomes of a task whose worker dies."""

from datetime import timedelta
from typing import Any

import pytest
from celery import Celery, signals
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


def test_a_task_outlives_its_worker_and_a_claim_outlives_its_task() -> None:
    # As the processes of the service read them; in tests the application has others.
    service = Celery(set_as_current=False)
    service.config_from_object(settings, namespace="CELERY")
    conf = service.conf
    longest = conf.task_time_limit

    assert (conf.task_acks_late, conf.worker_prefetch_multiplier) == (True, 1)
    assert 0 < longest < conf.broker_transport_options["visibility_timeout"]
    assert timedelta(seconds=longest) < settings.NOTIFICATIONS.lease
    # A worker that is told to end waits for what it does, and gives back the rest at once.
    assert 0 < conf.worker_soft_shutdown_timeout < longest
    assert conf.worker_enable_soft_shutdown_on_idle


def test_tasks_are_numbers_in_json_on_a_queue_of_their_own() -> None:
    service = Celery(set_as_current=False)
    service.config_from_object(settings, namespace="CELERY")

    assert service.amqp.router.route({}, look.name)["queue"].name == "notifications"
    assert service.conf.accept_content == ["json"]
    assert (service.conf.task_ignore_result, service.conf.result_backend) == (True, None)
