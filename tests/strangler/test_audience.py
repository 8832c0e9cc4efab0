"""Whom something reaches: in words, in JSON, at a time, and never by mistake."""

from datetime import UTC, datetime, timedelta

import pytest

from strangler.audience import NOBODY, Audience, AudienceError, audience

NINE = datetime(2030, 1, 31, 9, tzinfo=UTC)


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
