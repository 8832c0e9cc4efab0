"""The providers, of a file here or over HTTP: the gateway's rule, hot, and steady while away."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openfeature import api
from openfeature.evaluation_context import EvaluationContext
from openfeature.exception import FlagNotFoundError, TypeMismatchError

from strangler import declared, flags, routes
from strangler.audience import Audience, audience
from strangler.envoy.render import route_table
from strangler.provider import LOOK_EVERY, FileProvider, Rule
from strangler.publication import published
from strangler.remote import RemoteProvider
from strangler.snapshot import Snapshot
from strangler.stages import standing
from tests.strangler.control_plane import ControlPlane

NOON = datetime(2030, 1, 31, 12, tzinfo=UTC)
ANNA = EvaluationContext("u:42", {"bucket": flags.bucket("u:42"), "staff": True, "groups": ["a"]})
percents = st.integers(0, 10_000).map(lambda n: Decimal(n) / 100)
names = st.from_regex(r"[a-z][a-z0-9-]{0,20}", fullmatch=True)


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Published:
    """A provider, what it is told, and the time that it goes by."""

    provider: FileProvider
    clock: Clock
    # Tells it a text, or nothing at all.
    tell: Callable[[str | None], object]
    told: str | None = None

    def say(self, text: str | None) -> None:
        self.told = text
        self.tell(text)

    def put(self, audience: Audience, name: str = "mail-side") -> None:
        flag = declared.Flag(name, "x", "x", audience)
        self.say(published([flag], [], Snapshot()))
        self.clock.now += LOOK_EVERY

    def is_on(self, context: EvaluationContext | None = ANNA, name: str = "mail-side") -> bool:
        return self.provider.resolve_boolean_details(name, False, context).value


def of_file(file: Path) -> Iterator[Published]:
    clock = Clock(NOON.timestamp())

    def tell(text: str | None) -> None:
        file.unlink() if text is None else file.write_text(text)

    yield Published(FileProvider(file, clock, clock), clock, tell)


def over_http(file: Path) -> Iterator[Published]:
    clock = Clock(NOON.timestamp())
    with ControlPlane() as plane:
        provider = RemoteProvider(f"{plane.url} {file}", clock, clock)

        def tell(text: str | None) -> None:
            plane.text = text
            provider.ask()

        yield Published(provider, clock, tell)
        provider.shutdown()


@pytest.fixture(params=[of_file, over_http])
def flag(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Published]:
    yield from request.param(tmp_path / "flags.json")


def route(name: str) -> routes.Route:
    entry = {
        **{"id": "r", "owner": "x", "note": "x", "service": "s", "flag": name},
        **{"methods": ["GET"], "start": {"stage": "monolith"}, "paths": [{"exact": "/r"}]},
    }
    return routes.parse({"route": [entry]})[0]


def buckets_at_the_gateway(name: str, percent: Decimal) -> set[int]:
    snapshot = Snapshot(1, False, {"r": standing("canary", percent)})
    (host,) = route_table([route(name)], snapshot)["virtual_hosts"]
    found: set[int] = set()
    for entry in host["routes"]:
        for header in entry["match"].get("headers", []):
            if header["name"] == "x-banyan-bucket":
                found.update(range(header["range_match"]["start"], header["range_match"]["end"]))
    return found


@settings(max_examples=60)
@given(names, percents)
def test_provider_and_gateway_agree_on_every_bucket(name: str, percent: Decimal) -> None:
    rule = Rule.of(name, audience(percent))
    on = {b for b in range(flags.BUCKETS) if rule.reason(None, {"bucket": b})}
    assert on == buckets_at_the_gateway(name, percent)


@pytest.mark.parametrize(
    ("chosen", "reason"),
    [
        (audience(100), "SPLIT"),
        (audience(0, ["a"]), "TARGETING_MATCH"),
        (audience(0, staff=True), "TARGETING_MATCH"),
        (audience(0, users=[42]), "TARGETING_MATCH"),
        (audience(0, ["b"], users=[4]), "DEFAULT"),
    ],
)
def test_each_way_in_is_told_as_the_reason(flag: Published, chosen: Audience, reason: str) -> None:
    flag.put(chosen)
    found = flag.provider.resolve_boolean_details("mail-side", False, ANNA)
    assert (found.reason, found.value) == (reason, reason != "DEFAULT")


def test_a_subject_alone_is_in_its_own_bucket_and_nobody_in_none_but_all(flag: Published) -> None:
    flag.put(audience("99.99"))
    assert flag.is_on(EvaluationContext("u:7"))
    assert not flag.is_on(EvaluationContext())
    assert not flag.is_on(None)
    flag.put(audience(100))
    assert flag.is_on(None)


def test_a_change_is_felt_at_the_first_question_after_a_quarter_of_a_second(
    flag: Published,
) -> None:
    flag.put(audience(0))
    assert not flag.is_on()
    assert flag.told
    flag.say(flag.told.replace('"percent": "0"', '"percent": "100"'))
    assert not flag.is_on()
    flag.clock.now += LOOK_EVERY
    assert flag.is_on()


def test_what_was_good_last_holds(flag: Published) -> None:
    flag.put(audience(100))
    assert flag.is_on()
    for spoilt in ("", "{", "[]", '{"flags": {"mail-side": {}}}', '{"flags": 7}'):
        flag.say(spoilt)
        flag.clock.now += LOOK_EVERY
        assert flag.is_on()
    flag.say(None)
    flag.clock.now += LOOK_EVERY
    assert flag.is_on()


def test_a_time_begins_and_ends_without_a_new_file(flag: Published) -> None:
    flag.put(audience(100, since=NOON + timedelta(hours=1), until=NOON + timedelta(hours=2)))
    seen = []
    for hours in (0.9, 1.1, 1.9, 2.1):
        flag.clock.now = NOON.timestamp() + hours * 3600
        seen.append(flag.is_on())
    assert seen == [False, True, True, False]


def test_what_is_not_published_is_the_callers_default(flag: Published) -> None:
    with pytest.raises(FlagNotFoundError):
        flag.is_on()
    api.set_provider(flag.provider, "a test of the provider")
    client = api.get_client("a test of the provider")
    assert client.get_boolean_value("mail-side", True, ANNA) is True
    flag.put(audience(0))
    assert client.get_boolean_value("mail-side", True, ANNA) is False


def test_a_flag_is_on_or_off_and_nothing_else(flag: Published) -> None:
    ask: list[Any] = [
        flag.provider.resolve_string_details,
        flag.provider.resolve_integer_details,
        flag.provider.resolve_float_details,
        flag.provider.resolve_object_details,
    ]
    for resolve in ask:
        with pytest.raises(TypeMismatchError):
            resolve("mail-side", None)


@pytest.mark.parametrize(
    ("now", "is_on"),
    [
        (standing("monolith"), False),
        (standing("shadow"), False),
        (standing("canary", 0, staff=True), True),
        (standing("cutover"), True),
        (standing("retired"), True),
    ],
)
def test_a_routes_flag_says_whom_the_service_answers(
    flag: Published, now: Any, is_on: bool
) -> None:
    snapshot = Snapshot(1, False, {"r": now})
    flag.say(published([], [route("r")], snapshot))
    assert flag.is_on(name="r") is is_on
    flag.say(published([], [route("r")], snapshot.closing([], everything=True)))
    flag.clock.now += LOOK_EVERY
    assert not flag.is_on(name="r")
