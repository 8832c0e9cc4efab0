"""No page waits or fails for a broker that is away, and no task is needed to find the rows."""

import time
from functools import partial

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from cdc.contracts.handled_by import BUCKETS, Given
from monolith.alerts import queueing, tasks, waiting
from monolith.alerts.models import Change
from monolith.celery import app
from monolith.listings import services
from monolith.listings.models import Listing
from tests.monolith import stamps
from tests.monolith.conftest import Give

EVERYBODY = Given(((0, BUCKETS),))


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


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("status", "given", "tasks_queued"),
    [
        ("active", {}, 1),
        ("active", {"price": EVERYBODY}, 1),
        ("active", {"match": EVERYBODY}, 1),
        ("active", {"price": EVERYBODY, "match": Given(((0, 5000), (5001, BUCKETS)))}, 1),
        ("active", {"price": EVERYBODY, "match": Given(((4000, BUCKETS), (0, 5000)))}, 0),
        ("sold", {"match": EVERYBODY, "price": EVERYBODY}, 1),
        # Of a sale no search hears.
        ("sold", {"status": EVERYBODY}, 0),
    ],
)
def test_a_change_costs_no_task_when_a_service_tells_everybody_of_it(
    give: Give,
    listing: Listing,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    status: str,
    given: dict[str, Given],
    tasks_queued: int,
) -> None:
    give("price")
    stamps.GIVEN.update(given)
    with django_capture_on_commit_callbacks() as called:
        if status == "active":
            services.reprice(listing.pk, 90_000)
        else:
            services.change_status(listing.pk, status)
    queued = [
        each.args for each in called if isinstance(each, partial) and each.func is queueing.queue
    ]
    change = Change.objects.get()
    assert queued == [(tasks.match, change.pk)] * tasks_queued
    # Nor does the sweep find it.
    Change.objects.update(happened_at=timezone.now() - 2 * waiting.PATIENCE)
    assert list(waiting.changes()) == [change.pk] * tasks_queued


def test_after_a_failure_nothing_is_tried_for_a_while(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    # An earlier test's silence may end at any moment.
    monkeypatch.setattr(queueing, "_silent_until", 0.0)
    assert not any(queueing.queue(tasks.match, n) for n in range(1000))
    assert queueing._silent_until > time.monotonic()
    # Of every try that fails it is told.
    assert caplog.text.count("not queued") == 1


def test_tasks_are_numbers_in_json_on_a_queue_of_their_own() -> None:
    assert app.amqp.router.route({}, "monolith.alerts.tasks.send")["queue"].name == "alerts"
    assert app.conf.accept_content == ["json"]
    assert app.conf.task_acks_late
    assert app.conf.result_backend is None
    options = app.conf.broker_transport_options
    assert (options["socket_timeout"], options["max_retries"]) == (0.5, 0)
    visible_again = options["visibility_timeout"]
    assert app.conf.task_time_limit < visible_again
