"""Limits as an operator writes them."""

import pytest

from strangler.envoy.limits import DEFAULTS, LimitError, limits, seconds


def test_what_is_not_named_keeps_its_default() -> None:
    found = limits("idle=30, headers=2.5,body=10000000")
    assert (found.idle, found.headers, found.body) == (30, 2.5, 10_000_000)
    assert found.connections == DEFAULTS.connections
    assert limits("") == DEFAULTS


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("idel=3", "unknown limit 'idel'"),
        ("idle", "limit idle: '' is not a number"),
        ("connections=1.5", "limit connections: '1.5' is not a number"),
        ("idle=-1", "out of reason"),
        ("idle=nan", "out of reason"),
    ],
)
def test_a_wrong_limit_is_one_clear_line(text: str, complaint: str) -> None:
    with pytest.raises(LimitError, match=complaint):
        limits(text)


def test_seconds_are_written_in_envoys_words() -> None:
    assert (seconds(60), seconds(0.3)) == ("60s", "0.3s")
