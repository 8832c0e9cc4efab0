"""What Envoy would refuse is never put in place, and the emergency exit works all the same."""

from dataclasses import replace
from pathlib import Path

import pytest

from strangler.envoy.clusters import Address
from strangler.envoy.configuration import Configuration
from strangler.envoy.files import KILL_SWITCH, KILL_SWITCHES
from strangler.envoy.gateway import Answer, RefusedConfiguration
from strangler.envoy.publisher import Publisher, render
from strangler.snapshot import Snapshot
from strangler.stages import standing
from tests.strangler.envoy.conftest import FILE

from .wire import configuration

pytestmark = pytest.mark.timeout(60)

HERE = (Address("127.0.0.1", 1),)
MOVED = Snapshot(1, False, {"search": standing("cutover")})


@pytest.fixture
def good(tmp_path: Path) -> Configuration:
    plain = configuration(tmp_path, HERE[0], routes_file=FILE)
    return replace(plain, places={"monolith": HERE, "search": HERE})


@pytest.fixture
def bad(good: Configuration) -> Configuration:
    # The name under which search falls back to the monolith is taken.
    return replace(good, places={**good.places, "search-or-monolith": HERE})


def texts(config: Configuration) -> dict[str, str]:
    return {file.name: file.read_text() for file in config.folder.iterdir() if file.is_file()}


def test_a_bad_render_keeps_every_file_and_says_why(
    good: Configuration, bad: Configuration
) -> None:
    render(good, MOVED)
    before = texts(good)

    with pytest.raises(RefusedConfiguration, match="search-or-monolith"):
        render(bad, Snapshot())

    assert texts(good) == before


def test_an_agent_whose_files_are_bad_reports_each_change_as_refused(
    good: Configuration, bad: Configuration
) -> None:
    render(good, MOVED)
    before = texts(good)

    assert Publisher(bad).take(Snapshot(2)) is Answer.REFUSED

    assert texts(good) == before


def test_the_kill_switch_works_beside_bad_files_and_what_was_good_comes_back(
    good: Configuration, bad: Configuration
) -> None:
    render(good, MOVED)
    before = texts(good)
    publisher = Publisher(bad)

    (good.folder / KILL_SWITCH).touch()
    publisher.heed()
    closed = publisher.folder.table_text()
    (good.folder / KILL_SWITCH).unlink()
    publisher.heed()

    assert closed is not None
    assert '"search"' not in closed
    assert texts(good) == before


def test_a_switch_that_closes_nothing_is_told_once(
    good: Configuration, bad: Configuration, caplog: pytest.LogCaptureFixture
) -> None:
    def told(publisher: Publisher) -> list[str]:
        caplog.clear()
        publisher.heed()
        return [line for line in caplog.messages if line.startswith("switch")]

    publisher = render(good, MOVED)
    (good.folder / KILL_SWITCHES / "serach").touch()
    assert told(publisher) == ["switch serach closes nothing: no route is named so"]
    assert told(publisher) == []
    (good.folder / KILL_SWITCHES / "search").touch()
    assert told(publisher) == []
    (good.folder / KILL_SWITCHES / "serach").unlink()
    assert told(Publisher(bad)) == ["switch search waits for good files; all-to-monolith does not"]


def test_moving_a_route_asks_no_judge(good: Configuration, monkeypatch: pytest.MonkeyPatch) -> None:
    publisher = render(good, MOVED)
    # Without an Envoy to ask, only what asks none can go on.
    monkeypatch.setattr("strangler.envoy.gateway.binary", lambda: None)

    publisher.take(Snapshot(2, False, {"search": standing("canary", 10, ["pilot"])}))

    table = publisher.folder.table_text()
    assert table is not None
    assert "x-banyan-bucket" in table
