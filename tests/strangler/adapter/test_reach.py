"""The reach of a flag: the provider's rule, told as plain values."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from openfeature.evaluation_context import EvaluationContext

from strangler import flags
from strangler.adapter.reach import PublishedReach, Reach
from strangler.audience import Audience, audience
from strangler.declared import Flag
from strangler.provider import Rule
from strangler.publication import published
from strangler.snapshot import Snapshot

NOON = datetime(2030, 1, 31, 12, tzinfo=UTC)


class Clock:
    now = NOON.timestamp()

    def __call__(self) -> float:
        return self.now


def put(file: Path, reached: Audience) -> None:
    file.write_text(published([Flag("mail-side", "x", "x", reached)], [], Snapshot()))


@given(st.integers(0, flags.BUCKETS), st.integers(1, 10**9))
def test_a_share_holds_those_whom_the_provider_reaches(count: int, user: int) -> None:
    percent = Decimal(count) / 100
    reached = flags.ranges("mail-side", percent)
    bucket = flags.bucket(f"u:{user}")

    told = any(start <= bucket < end for start, end in reached)

    rule = Rule.of("mail-side", audience(percent))
    context = EvaluationContext(f"u:{user}")
    assert told == (rule.reason(context.targeting_key, context.attributes) is not None)


def test_who_goes_first_is_named(tmp_path: Path) -> None:
    file = tmp_path / "flags.json"
    put(file, audience(1, ["pilot"], staff=True, users=[7]))

    found = PublishedReach(file).every()["mail-side"]

    share = flags.ranges("mail-side", 1)
    assert found == Reach(share, users=("7",), groups=("pilot",), staff=True)


def test_nobody_is_reached_without_a_file(tmp_path: Path) -> None:
    assert PublishedReach(tmp_path / "flags.json").every() == {}


def test_the_last_good_file_holds_and_a_time_begins_and_ends_without_a_new_one(
    tmp_path: Path,
) -> None:
    file, clock = tmp_path / "flags.json", Clock()
    put(file, audience(100, until=NOON + timedelta(hours=1)))
    told = PublishedReach(file, clock)
    everybody = {"mail-side": Reach(((0, flags.BUCKETS),))}
    assert told.every() == everybody
    for spoilt in ("", "[]", '{"flags": {"mail-side": {}}}'):
        file.write_text(spoilt)
        assert told.every() == everybody
    clock.now += 3600
    assert told.every() == {"mail-side": Reach()}
