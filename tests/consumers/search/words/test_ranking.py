"""The best order: what counts how much, and that it is an order."""

from hypothesis import given
from hypothesis import strategies as some

from consumers.search.words.ranking import Scored, ranked

DAY = 86_400
candidates = some.lists(
    some.builds(
        Scored,
        some.integers(1, 9),
        some.sampled_from([0.0, 1.5, 3.0]),
        some.integers(0, 3).map(lambda days: days * DAY),
        some.integers(0, 2),
    ),
    max_size=8,
    unique_by=lambda each: each.id,
)


def order(*each: Scored) -> list[int]:
    return [rank.id for rank in ranked(each)]


def test_words_count_more_than_freshness_and_that_more_than_popularity() -> None:
    assert order(Scored(1, 9.0, 0), Scored(2, 3.0, 300 * DAY, 50)) == [1, 2]
    assert order(Scored(1, 3.0, 300 * DAY), Scored(2, 3.0, 0, 50)) == [1, 2]
    assert order(Scored(1, 3.0, 0), Scored(2, 3.0, 0, 1)) == [2, 1]


def test_what_is_alike_in_all_is_ordered_by_date_and_then_by_id() -> None:
    assert order(Scored(1, 1.0, 0), Scored(3, 1.0, 0), Scored(2, 1.0, 0)) == [3, 2, 1]


def test_a_month_halves_freshness() -> None:
    newest, older = ranked([Scored(2, 0.0, 30 * DAY), Scored(1, 0.0, 0)])
    assert (newest.freshness, older.freshness) == (1.0, 0.5)
    assert (newest.total, older.total) == (0.2, 0.1)


@given(candidates)
def test_the_order_does_not_depend_on_how_an_engine_counts_or_lists(found: list[Scored]) -> None:
    # By a power of two, which no rounding follows: nearly equal sums stay as they are.
    other = [each._replace(words=each.words * 8) for each in reversed(found)]
    assert [rank.id for rank in ranked(other)] == [rank.id for rank in ranked(found)]


@given(candidates)
def test_every_part_is_from_0_to_1(found: list[Scored]) -> None:
    for rank in ranked(found):
        assert all(0 <= part <= 1 for part in (rank.total, *rank[3:]))
