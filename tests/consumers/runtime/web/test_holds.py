"""Holds: what was written and could not be named is waited for, and no request waits."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Event
from threading import enumerate as threads

import pytest
from django.db import OperationalError
from django.test import RequestFactory
from pytest_django import Settings

from consumers.runtime.config import ConsumerConfig
from consumers.runtime.points import Points
from consumers.runtime.records import Partition
from consumers.runtime.testing.clock import Clock
from consumers.runtime.web.applied import Unavailable
from consumers.runtime.web.freshness import FreshnessMiddleware, _made
from consumers.runtime.web.holds import Holds, Work
from tests.consumers.conftest import Sign
from tests.consumers.runtime.web.test_versions import page

pytestmark = pytest.mark.django_db

PLACE = Partition("t", 0)


@dataclass
class Side:
    """A topic and a read model of it, with what is to be asked beside the requests."""

    clock: Clock = field(default_factory=Clock)
    end: int = 5
    applied: int = 5
    failure: Exception | None = None
    work: list[Work] = field(default_factory=list)

    def points(self) -> Points:
        config = ConsumerConfig("c", "c", "", (PLACE.topic,))
        return Points(config, lambda _: {PLACE: self.end}, self.clock, self.offsets)

    def offsets(self) -> Mapping[Partition, int]:
        if self.failure:
            raise self.failure
        return {PLACE: self.applied}

    def find_out(self) -> None:
        while self.work:
            self.work.pop()()


@pytest.fixture
def side() -> Side:
    return Side()


@pytest.fixture
def holds(side: Side) -> Holds:
    return Holds(side.points(), side.work.append)


def test_what_one_request_does_not_know_a_later_one_does(side: Side, holds: Holds) -> None:
    now = side.clock()
    assert not holds.is_over(now)
    # One at a time asks, for all.
    assert not holds.is_over(now)
    assert len(side.work) == 1

    side.find_out()
    assert holds.is_over(now)
    assert holds.is_over(now - 100)
    assert not side.work


def test_a_consumer_that_rests_is_waited_for(side: Side, holds: Holds) -> None:
    side.end, then = 6, side.clock()
    for _ in range(100):
        assert not holds.is_over(then)
        side.find_out()
        side.clock.move(60)

    side.applied = 6
    assert not holds.is_over(then)
    side.find_out()
    assert holds.is_over(then)


@pytest.mark.parametrize("failure", [Unavailable("no index"), OperationalError("no such table")])
def test_a_read_model_that_cannot_tell_is_asked_again(
    side: Side, holds: Holds, failure: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    side.failure = failure
    assert not holds.is_over(side.clock())
    side.find_out()
    assert str(failure) in caplog.text
    side.failure = None
    assert not holds.is_over(side.clock())
    side.find_out()
    assert holds.is_over(side.clock())


def test_a_machine_without_a_thread_to_spare_is_asked_again(side: Side) -> None:
    runs = iter([RuntimeError("can't start new thread"), None])

    def run(work: Work) -> None:
        if failure := next(runs):
            raise failure
        work()

    holds = Holds(side.points(), run)
    assert not holds.is_over(side.clock())
    assert holds.is_over(side.clock())


def test_a_broker_that_is_silent_keeps_no_request_waiting(side: Side) -> None:
    speaks = Event()

    def ends(config: ConsumerConfig) -> Mapping[Partition, int]:
        assert speaks.wait(60)
        return {PLACE: 5}

    points = Points(ConsumerConfig("c", "c", "", (PLACE.topic,)), ends, side.clock, side.offsets)
    holds, now = Holds(points), side.clock()
    assert not holds.is_over(now)
    assert not holds.is_over(now)
    (asking,) = (each for each in threads() if each.name == "holds")

    speaks.set()
    asking.join(60)
    assert holds.is_over(now)


made: list[Holds] = []


def known() -> Holds:
    """Stand where ``FRESHNESS_HOLDS`` is."""
    return made[-1]


class Everything:
    """A read model that is behind nothing that is named."""

    def is_behind(self, aggregate: str, key: str, version: int | None) -> bool:
        return False


@pytest.mark.parametrize(("path", "status"), [(f"{__name__}.known", 425), ("", 200)])
def test_a_page_waits_behind_a_hold_where_somebody_knows_when_it_is_over(
    side: Side, settings: Settings, sign: Sign, path: str, status: int
) -> None:
    made.append(Holds(side.points(), lambda work: work()))
    settings.FRESHNESS_READ_MODEL, settings.FRESHNESS_HOLDS = f"{__name__}.Everything", path
    settings.PROBE_PATHS = []
    _made.cache_clear()
    asked, side.applied = FreshnessMiddleware(page), 4
    request = RequestFactory().get("/prices")
    request.COOKIES["banyan_fresh_a"] = sign(pairs={}, hold=int(side.clock()))
    assert asked(request).status_code == status

    side.applied = 5
    assert asked(request).status_code == 200
    _made.cache_clear()


def test_how_late_a_read_model_is_is_told_from_what_was_asked_before(
    side: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "time", side.clock)
    holds = Holds(side.points(), side.work.append)
    assert holds.lag_seconds() is None
    side.find_out()
    assert holds.lag_seconds() == 0
    side.clock.move(4)
    assert (holds.lag_seconds(), side.work) == (4, [])

    side.end = 6
    side.clock.move(60)
    assert holds.lag_seconds() == 64
    side.find_out()
    side.clock.move(3600)
    assert holds.lag_seconds() == 3664

    side.applied = 6
    assert holds.lag_seconds() == 3664
    side.find_out()
    assert holds.lag_seconds() == 0
    # A clock that was set back knows nothing.
    side.clock.move(-60)
    assert holds.lag_seconds() is None
