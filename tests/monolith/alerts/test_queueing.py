"""No page waits or fails for a broker that is away, and no task is needed to find the rows."""

import time

import pytest
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks

from monolith.alerts import queueing, tasks
from monolith.alerts.models import Change
from monolith.celery import app
from monolith.listings.models import Listing


@pytest.fixture(autouse=True)
def _rested(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queueing, "_silent_until", 0.0)


@pytest.mark.django_db
def test_an_agent_reprices_while_the_broker_is_away(
    agent_client: Client,
    listing: Listing,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    address = f"/agent/listings/{listing.pk}/edit/"
    form = agent_client.get(address).context["form"]
    data = {name: form[name].value() for name in form.fields} | {"price": "90000"}
    with django_capture_on_commit_callbacks(execute=True) as called:
        assert agent_client.post(address, data).status_code == 302
    assert called
    assert Change.objects.get().new_price == 90_000


def test_after_a_failure_nothing_is_tried_for_a_while() -> None:
    assert queueing.queue(tasks.match, 1) is False
    begun = time.perf_counter()
    assert not any(queueing.queue(tasks.match, n) for n in range(1000))
    # A try costs milliseconds even where the port is closed; a thousand of them were seconds.
    assert queueing._silent_until > time.monotonic()
    assert time.perf_counter() - begun < 1


def test_tasks_are_numbers_in_json_on_a_queue_of_their_own() -> None:
    assert app.amqp.router.route({}, "monolith.alerts.tasks.send")["queue"].name == "alerts"
    assert app.conf.accept_content == ["json"]
    assert app.conf.task_acks_late
    assert app.conf.result_backend is None
    options = app.conf.broker_transport_options
    assert (options["socket_timeout"], options["max_retries"]) == (0.5, 0)
    visible_again = options["visibility_timeout"]
    assert app.conf.task_time_limit < visible_again
