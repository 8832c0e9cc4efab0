"""The agent: a change is live at once, and nothing that happens to the database unsettles users."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from queue import Queue
from typing import Any

import pytest

from stack.readiness import wait
from strangler.adapter import identity
from strangler.adapter.identity import Person
from strangler.envoy.agent import LAST_DELAY, Agent, FeedLost
from strangler.envoy.configuration import Configuration
from strangler.envoy.files import FLAGS_FILE, KILL_SWITCH, KILL_SWITCHES
from strangler.envoy.gateway import Answer
from strangler.envoy.publisher import Publisher
from strangler.envoy.switches import NOTED_FILE, Switches, Turn
from strangler.provider import FileProvider
from strangler.snapshot import Snapshot
from strangler.stages import standing

pytestmark = pytest.mark.stack


class Plane:
    """A control plane in memory, which can be away; a feed of its own words."""

    def __init__(self) -> None:
        self.now = Snapshot()
        self.is_away = False
        self.changed = threading.Event()
        self.was_missed = threading.Event()
        self.told: Queue[tuple[int, Answer]] = Queue()
        self.recorded: Queue[Turn] = Queue()

    def say(self, stage: str, percent: int | None = None) -> tuple[int, Answer]:
        moved = {"search": standing(stage, percent)}
        self.now = replace(self.now, revision=self.now.revision + 1, standings=moved)
        self.changed.set()
        return self.told.get(timeout=5)

    def leave(self) -> None:
        """Be away, and known to be: who was back before anybody asked was never missed."""
        self.was_missed.clear()
        self.is_away = True
        self.changed.set()
        assert self.was_missed.wait(5)

    @contextmanager
    def opened(self) -> Iterator["Plane"]:
        self._answer()
        yield self

    def snapshot(self) -> Snapshot:
        self._answer()
        return self.now

    def wait(self, seconds: float) -> None:
        self.changed.wait(seconds)
        self.changed.clear()
        self._answer()

    def acknowledge(self, revision: int, answer: Answer) -> None:
        self.told.put((revision, answer))

    def record(self, turns: list[Turn]) -> None:
        self._answer()
        for turn in turns:
            self.recorded.put(turn)

    def _answer(self) -> None:
        if self.is_away:
            self.was_missed.set()
            raise FeedLost("away")


def configuration(site: Any) -> Configuration:
    return Configuration(
        folder=site.folder.path,
        listen=site.listen,
        admin=site.admin,
        places=site.places,
        routes_file=site.routes_file,
        public_key_file=str(site.folder.path / "public.pem"),
    )


def noted(site: Any) -> list[Turn]:
    return Switches(site.folder.path).untold()


@pytest.fixture
def plane(site: Any) -> Iterator[Plane]:
    plane = Plane()
    (site.folder.path / NOTED_FILE).unlink(missing_ok=True)
    agent = Agent(Publisher(configuration(site)), plane.opened)
    thread = threading.Thread(target=agent.run)
    thread.start()
    assert plane.told.get(timeout=5) == (0, Answer.LIVE)
    yield plane
    (site.folder.path / KILL_SWITCH).unlink(missing_ok=True)
    plane.is_away = False
    agent.stop()
    plane.changed.set()
    thread.join(5)
    assert not thread.is_alive()


def test_a_change_is_live_when_it_is_acknowledged(site: Any, plane: Plane) -> None:
    for stage, answer in [("cutover", "search"), ("monolith", "monolith")] * 10:
        assert plane.say(stage) == (plane.now.revision, Answer.LIVE)
        assert site.client.get("/search").text == answer


def test_the_last_good_table_stays_while_the_database_is_away(site: Any, plane: Plane) -> None:
    plane.say("monolith")
    plane.leave()
    assert site.client.get("/search").text == "monolith"
    plane.is_away = False
    # The reconnected agent tells again where things stand, then follows as before.
    assert plane.told.get(timeout=LAST_DELAY + 10) == (1, Answer.LIVE)
    assert plane.say("cutover") == (2, Answer.LIVE)


def test_the_kill_switch_works_while_the_database_is_away(site: Any, plane: Plane) -> None:
    plane.say("cutover")
    plane.leave()
    (site.folder.path / KILL_SWITCH).touch()
    site.wait_until_answered_by("monolith")
    (site.folder.path / KILL_SWITCH).unlink()
    site.wait_until_answered_by("search")


def test_the_kill_switch_works_after_whatever_went_wrong_with_a_look(
    site: Any, caplog: pytest.LogCaptureFixture
) -> None:
    looks = iter(range(100_000))

    def clock() -> datetime:
        if next(looks) < 3:
            raise ValueError("it does not know")
        return datetime.now(UTC)

    plane = Plane()
    plane.is_away = True
    site.move(standing("cutover"))
    (site.folder.path / KILL_SWITCH).touch()
    agent = Agent(Publisher(configuration(site), clock), plane.opened)
    thread = threading.Thread(target=agent.run)
    thread.start()
    site.wait_until_answered_by("monolith")
    (site.folder.path / KILL_SWITCH).unlink()
    agent.stop()
    thread.join(10)
    # Said once, and not ten times a second.
    assert caplog.text.count("could not be heeded") == 1


def test_what_was_turned_by_a_file_is_written_down_once_the_database_is_back(
    site: Any, plane: Plane
) -> None:
    plane.say("cutover")
    plane.leave()
    switch = site.folder.path / KILL_SWITCH
    switch.write_text("fire, says Anna")
    site.wait_until_answered_by("monolith")
    # It looks ten times a second, first to note and then to heed.
    assert wait(lambda: len(noted(site)) == 1, 5)
    switch.unlink()
    site.wait_until_answered_by("search")
    assert wait(lambda: len(noted(site)) == 2, 5)
    assert plane.recorded.empty()

    plane.is_away = False

    turns = [plane.recorded.get(timeout=10) for _ in range(2)]
    assert [(turn.route, turn.is_closed, turn.reason) for turn in turns] == [
        ("", True, "fire, says Anna"),
        ("", False, "the file is gone"),
    ]


def test_an_agent_that_starts_without_the_database_knows_where_things_stood(
    site: Any, plane: Plane
) -> None:
    plane.say("monolith")
    site.move(standing("cutover"))
    Publisher(configuration(site)).heed()
    assert site.client.get("/search").text == "monolith"


def test_a_gateway_that_is_away_is_told_and_finds_the_table_at_its_start(site: Any) -> None:
    alone = replace(configuration(site), admin=replace(site.admin, port=1))
    table = Snapshot(1, False, {"search": standing("canary", 7)})
    assert Publisher(alone).take(table) is Answer.AWAY
    assert site.folder.table_text() == site.table(table).text


def test_a_routes_own_switch_works_while_the_database_is_away(site: Any, plane: Plane) -> None:
    plane.say("cutover")
    plane.leave()
    switch = site.folder.path / KILL_SWITCHES / "search"
    switch.parent.mkdir(exist_ok=True)
    switch.touch()
    site.wait_until_answered_by("monolith")
    switch.unlink()
    site.wait_until_answered_by("search")


def test_a_routes_time_comes_and_ends_without_anybodys_word(site: Any) -> None:
    noon = datetime(2030, 1, 31, 12, tzinfo=UTC)
    clock = [noon - timedelta(seconds=1)]
    publisher = Publisher(configuration(site), lambda: clock[0])
    hour = standing("canary", 100, since=noon, until=noon + timedelta(hours=1))
    person = Person("u:1")
    now = int(datetime.now(UTC).timestamp())
    cookie = {"cookie": f"banyan_id={identity.issue(person, site.key, now)}"}
    publisher.take(Snapshot(1, False, {"search": hour}))
    answers = []
    for seconds in (0, 1, 3600, 1):
        clock[0] += timedelta(seconds=seconds)
        publisher.heed()
        answers.append(site.client.get("/search", headers=cookie).text)
    assert answers == ["monolith", "search", "monolith", "monolith"]


def test_code_that_asks_for_the_routes_flag_is_told_as_the_gateway_is(
    site: Any, plane: Plane
) -> None:
    for stage, is_on in (("cutover", True), ("monolith", False)):
        plane.say(stage)
        asked = FileProvider(site.folder.path / FLAGS_FILE)
        assert asked.resolve_boolean_details("search", not is_on).value is is_on
