"""Stamps: what they say of whom, and how they travel."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdc.contracts.codec import MalformedEvent
from cdc.contracts.handled_by import BUCKETS, MONOLITH, Given, Stamp, bucket
from strangler import flags
from strangler.adapter.identity import Person

ACCOUNTS = st.integers(0, 2**63 - 1)
RANGES = st.lists(st.integers(0, BUCKETS), min_size=2, max_size=2, unique=True).map(
    lambda pair: (min(pair), max(pair))
)
GIVEN = st.builds(
    Given, st.lists(RANGES, max_size=2).map(tuple), st.frozensets(ACCOUNTS, max_size=4)
)
STAMPS = st.dictionaries(st.sampled_from(["match", "price", "digest"]), GIVEN).map(Stamp.of)


@given(STAMPS)
def test_a_stamp_comes_back_from_its_text(stamp: Stamp) -> None:
    assert Stamp.parse(stamp.text()) == stamp


@given(ACCOUNTS)
def test_an_accounts_bucket_is_that_of_its_identity_cookie(account_id: int) -> None:
    assert bucket(account_id) == Person(f"u:{account_id}").bucket
    assert BUCKETS == flags.BUCKETS


def test_without_a_stamp_everything_is_the_monoliths() -> None:
    assert Stamp.parse("") is MONOLITH
    assert MONOLITH.text() == ""
    assert not MONOLITH.handles("price", 1)


def test_whoever_is_named_or_in_a_share_is_the_services_for_that_kind_alone() -> None:
    share = (bucket(7), bucket(7) + 1)
    stamp = Stamp.of({"price": Given((share,)), "match": Given(accounts=frozenset({8}))})

    assert stamp.handles("price", 7)
    assert not stamp.handles("match", 7)
    assert stamp.handles("match", 8)
    assert not stamp.handles("digest", 8)


@given(STAMPS, st.lists(RANGES, max_size=3).map(tuple))
def test_all_are_the_services_when_there_is_no_bucket_left(
    stamp: Stamp, ranges: tuple[tuple[int, int], ...]
) -> None:
    shares = (*ranges, (0, 3000), (3000, 9000))
    stamp = Stamp.of({**stamp.given, "price": Given(shares)})
    left = set(range(BUCKETS)).difference(*(range(*share) for share in shares))

    assert stamp.handles_all(["price"]) == (not left)
    assert not stamp.handles_all(["price", "status"])


def test_a_kind_given_to_nobody_is_not_named() -> None:
    assert Stamp.of({"price": Given()}) == MONOLITH


def test_of_divided_kinds_alone_it_tells_who_kept_the_home() -> None:
    rule = Stamp.of({"price": Given(accounts=frozenset({7, 8})), "match": Given(((0, BUCKETS),))})
    stamp = replace(rule, kept=frozenset({8, 9}))

    assert Stamp.parse(stamp.text()) == stamp
    assert [stamp.tells_kept("price", "match", each) for each in (7, 8, 9, 10)] == [
        *(None, None),
        *(True, False),
    ]
    assert rule.tells_kept("price", "match", 9) is None
    assert stamp.without([9]).kept == frozenset({8})
    assert stamp.named() == {7, 8, 9}
    # Nobody kept it, which is known.
    assert Stamp.parse(replace(rule, kept=frozenset()).text()).kept == frozenset()


def test_a_stamp_is_short() -> None:
    stamp = Stamp.of({"price": Given(((0, 500),), frozenset({8, 7}))})

    assert stamp.text() == '{"price":{"buckets":[[0,500]],"accounts":[7,8]}}'


@pytest.mark.parametrize(
    "text",
    [
        "service",
        "[]",
        "7",
        "null",
        '{"price":7}',
        '{"price":{"buckets":[[5]]}}',
        '{"price":{"buckets":[[5,5]]}}',
        '{"price":{"buckets":[[0,10001]]}}',
        '{"price":{"buckets":[["0","7"]]}}',
        '{"price":{"accounts":["7"]}}',
        '{"price":{"accounts":[true]}}',
        '{"price":{"accounts":7}}',
        "[" * 100_000,
    ],
)
def test_what_is_no_stamp_is_malformed_and_never_taken_for_one(text: str) -> None:
    with pytest.raises(MalformedEvent, match="handledby"):
        Stamp.parse(text)


@given(STAMPS, ACCOUNTS)
def test_who_is_left_out_is_named_no_more_and_nobody_else_changes(
    stamp: Stamp, account_id: int
) -> None:
    named = Stamp.of({**stamp.given, "price": Given(accounts=frozenset({account_id, 7}))})

    left = named.without([account_id])

    assert account_id in named.named()
    assert account_id not in left.named()
    assert left.handles("price", 7) == (account_id != 7)
    assert left.given.get("match") == stamp.without([account_id]).given.get("match")
