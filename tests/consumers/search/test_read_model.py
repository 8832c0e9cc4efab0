"""Up to when the search has applied all, as its pages would show it."""

import time
from collections.abc import Mapping
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from cdc.contracts.topics import FAVOURITE_ROWS, LISTING_ROWS
from consumers.runtime.brokers.memory import MemoryCluster
from consumers.runtime.config import ConsumerConfig
from consumers.runtime.models import ParkedRecord
from consumers.runtime.records import Partition
from consumers.runtime.web.applied import Unavailable
from consumers.runtime.web.freshness import _made
from consumers.runtime.web.holds import Holds
from consumers.search.read_model import points
from tests.consumers.changes import row
from tests.consumers.conftest import SearchLine, Sign, browser_of_search
from tests.consumers.search.engines import Engines, on_both_engines

pytestmark = pytest.mark.django_db

# The broker that is asked, by whoever reads this process's settings.
broker: list[MemoryCluster] = []


def ends(config: ConsumerConfig) -> Mapping[Partition, int]:
    """Stand where Kafka is asked."""
    return {part: len(log) for part, log in broker[-1].logs.items() if part.topic in config.topics}


def holds() -> Holds:
    """Stand where the broker is asked beside the requests; here it is asked at once."""
    return Holds(points(), lambda work: work())


@pytest.fixture
def pages(line: SearchLine, settings: Settings) -> Client:
    browser = browser_of_search(settings, line)
    settings.CONSUMER_CONFIG = ConsumerConfig("search", "search", "")
    settings.SEARCH_ENDS = f"{__name__}.ends"
    settings.FRESHNESS_HOLDS = f"{__name__}.holds"
    line.cluster.create_topic(FAVOURITE_ROWS)
    broker.append(line.cluster)
    _made.cache_clear()
    return browser


def is_all_applied() -> bool:
    return points().is_passed(time.time())


@on_both_engines
@pytest.mark.usefixtures("pages")
def test_only_what_readers_see_is_applied(line: SearchLine) -> None:
    line.save(row(version=1))
    assert not is_all_applied()
    line.run()
    assert is_all_applied()
    # Of the other topic nothing was ever read.
    line.keep(1, home=12)
    assert not is_all_applied()


@pytest.mark.usefixtures("pages")
def test_a_view_that_is_not_there_yet_tells_nothing(line: SearchLine, settings: Settings) -> None:
    settings.SEARCH_INDEX_DIR = str(line.root / "nowhere")
    line.save(row(version=1))
    with pytest.raises(Unavailable):
        is_all_applied()


@pytest.mark.usefixtures("pages")
def test_what_is_parked_is_not_applied(line: SearchLine) -> None:
    line.save(row(version=1))
    line.run()
    place = {"topic": LISTING_ROWS, "partition": 0, "offset": 0}
    parked = ParkedRecord.objects.create(consumer="search", **place, timestamp=0, state="waiting")
    assert not is_all_applied()
    parked.delete()
    assert is_all_applied()


@on_both_engines
@pytest.mark.usefixtures("pages")
def test_a_replica_speaks_of_its_own_index(
    line: SearchLine, settings: Settings, tmp_path: Path, engine_in: Engines
) -> None:
    line.save(row(version=1))
    line.run()
    other = SearchLine(tmp_path / "other", line.cluster, engine=engine_in(tmp_path / "other"))
    other.run()
    line.save(row(version=2))
    line.run()
    assert is_all_applied()

    browser_of_search(settings, other)
    assert not is_all_applied()
    other.run()
    assert is_all_applied()
    other.close()


def test_a_hold_sends_to_the_monolith_until_all_is_found_and_is_cleared_then(
    line: SearchLine, pages: Client, sign: Sign
) -> None:
    line.save(row(version=1), "r", snapshot="last")
    line.run()
    line.save(row(version=2))
    pages.cookies["banyan_fresh_a"] = sign(pairs={}, hold=int(time.time()))
    assert pages.get("/search").status_code == 425

    line.run()
    # Another process: this one has asked a moment ago.
    _made.cache_clear()
    answer = pages.get("/search")
    assert answer.status_code == 200
    assert answer.cookies["banyan_fresh_a"].value == ""
    _made.cache_clear()
