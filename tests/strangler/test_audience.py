"""Whom something reaches: in words, in JSON, at a time, and never by mistake."""

from datetime import UTC, datetime, timedelta

import pytest

from strangler import flags
from strangler.audience import NOBODY, Audience, AudienceError, Person, audience

NINE = datetime(2030, 1, 31, 9, tzinfo=UTC)
ANNA = Person("u:42", flags.bucket("u:42"), frozenset({"pilot"}), is_staff=True)
OTHER = Person("u:43", flags.bucket("u:43"), frozenset({"copilot"}))


@pytest.mark.parametrize(
    "chosen",
    [
        audience(100),
        audience(0, ["pilot"]),
        audience(0, staff=True),
        audience(0, users=[42]),
    ],
)
def test_each_way_in_is_enough(chosen: Audience) -> None:
    assert chosen.includes("search", ANNA)
    assert chosen.includes("search", OTHER) is (chosen.percent == 100)


def test_nobody_is_reached_by_default() -> None:
    assert not NOBODY.includes("search", ANNA)


def test_outside_its_time_nobody_is_reached() -> None:
    day = audience(100, since=NINE, until=NINE + timedelta(hours=8))
    assert day.at(NINE - timedelta(seconds=1)) == NOBODY
    assert day.at(NINE) == audience(100)
    assert day.at(NINE + timedelta(hours=8)) == NOBODY


def test_what_is_written_is_read_back() -> None:
    whole = audience("0.5", ["b", "a", "b"], staff=True, users=[7, "7", 8], since=NINE)
    assert Audience.from_json(whole.to_json()) == whole
    assert (whole.groups, whole.users) == (("a", "b"), ("7", "8"))
    assert Audience.from_json({"percent": "5", "groups": []}) == audience(5)


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        (NOBODY, "0 % of users"),
        (audience(10, ["a"]), 'the group "a" and 10 % of users'),
        (audience(0, ["a", "b"], staff=True), 'the groups "a" and "b" and staff'),
        (audience(0, users=[1], until=NINE), "the user 1 until 2030-01-31 09:00 UTC"),
    ],
)
def test_it_is_told_in_plain_words(chosen: Audience, words: str) -> None:
    assert chosen.words() == words


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ({"percent": "many"}, "percent must be from 0 to 100"),
        ({"groups": "pilot"}, "groups must be a list"),
        ({"groups": ["a,b"]}, "must be a name without commas"),
        ({"groups": [7]}, "must be a name without commas"),
        ({"users": [" "]}, "must be a primary key"),
        ({"since": "soon"}, "from 'soon' must be a time"),
        ({"until": "2030-01-31"}, "must say its zone"),
        ({"since": NINE, "until": NINE}, "it would end"),
    ],
)
def test_each_mistake_is_one_clear_line(wrong: dict[str, object], complaint: str) -> None:
    with pytest.raises(AudienceError, match=complaint) as error:
        audience(**wrong)  # type: ignore[arg-type]
    assert "\n" not in str(error.value)
