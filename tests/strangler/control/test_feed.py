"""The feed over a real PostgreSQL: changes wake it, and its loss is one kind of error."""

import threading
from collections.abc import Iterator

import pytest
from django.db import connections

from strangler.control import feed, services
from strangler.control.ledger import Author
from strangler.control.models import GatewayChange
from strangler.envoy.agent import FeedLost
from strangler.envoy.configuration import Configuration
from strangler.envoy.gateway import Answer
from strangler.envoy.switches import Turn
from strangler.routes import Route

pytestmark = pytest.mark.django_db(databases=["default", "strangler"], transaction=True)

ANNA = Author("anna", "first users")


@pytest.fixture
def opened() -> Iterator[feed.DatabaseFeed]:
    with feed.opened() as found:
        yield found


def test_a_committed_change_wakes_the_feed(
    opened: feed.DatabaseFeed, config: Configuration, search: Route
) -> None:
    woken = threading.Event()

    def listen() -> None:
        opened.wait(20)
        woken.set()

    thread = threading.Thread(target=listen)
    thread.start()
    services.set_route(config, search, "cutover", ANNA, dry_run=True)
    assert not woken.wait(0.05)
    services.set_route(config, search, "cutover", ANNA)
    assert woken.wait(5)
    thread.join()
    assert opened.snapshot().standings["search"].stage == "cutover"


def test_a_change_made_before_the_wait_is_not_missed(
    opened: feed.DatabaseFeed, config: Configuration, search: Route
) -> None:
    services.set_route(config, search, "cutover", ANNA)
    opened.snapshot()
    opened.wait(20)


def test_an_acknowledgement_reaches_whoever_made_the_change(
    opened: feed.DatabaseFeed, config: Configuration, search: Route
) -> None:
    revision = services.set_route(config, search, "cutover", ANNA).revision
    assert feed.answer_to(revision, patience=0.02) is None
    opened.acknowledge(revision, Answer.LIVE)
    assert feed.answer_to(revision) is Answer.LIVE


def test_a_turn_by_a_file_is_kept_once_and_at_its_own_time(opened: feed.DatabaseFeed) -> None:
    turn = Turn("2030-01-31T12:00:00+00:00", "search", True, "fire")
    opened.record([turn])
    opened.record([turn])
    (kept,) = GatewayChange.objects.all()
    assert (kept.who, kept.reason, kept.route_id, kept.at.isoformat()) == (
        *("file", "fire", "search"),
        turn.at,
    )
    # What the file closes is no state of the control plane.
    assert not opened.snapshot().closed


def test_an_agent_is_seen_exactly_while_it_listens() -> None:
    assert not feed.is_followed()
    with feed.opened():
        assert feed.is_followed()
    assert not feed.is_followed()


def test_a_lost_database_is_a_lost_feed_and_can_be_opened_again(opened: feed.DatabaseFeed) -> None:
    with opened.listener.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    with connections["strangler"].cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
    with pytest.raises(FeedLost) as error:
        opened.wait(20)
    assert "\n" not in str(error.value)
    with feed.opened() as again:
        assert again.snapshot().revision == 0
