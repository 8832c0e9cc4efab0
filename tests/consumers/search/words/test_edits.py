"""How far spellings are apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from consumers.search.words.edits import edits, is_near

words = some.text(alphabet="abc", max_size=6)


@pytest.mark.parametrize(
    ("one", "other", "count"),
    [
        *(("kitchen", "kitchen", 0), ("kichen", "kitchen", 1), ("kithcen", "kitchen", 1)),
        *(("bitchen", "kitchen", 1), ("kitchenn", "kitchen", 1), ("", "abc", 3)),
        # No letter twice: swapped and then parted is no way.
        ("ca", "abc", 3),
    ],
)
def test_edits_are_counted(one: str, other: str, count: int) -> None:
    assert edits(one, other) == count


@given(words, words)
def test_edits_are_as_many_in_both_directions_and_none_only_for_the_same(
    one: str, other: str
) -> None:
    assert edits(one, other) == edits(other, one)
    assert (edits(one, other) == 0) == (one == other)
    assert abs(len(one) - len(other)) <= edits(one, other) <= max(len(one), len(other))


@given(words, words, some.integers(0, 4))
def test_near_is_what_is_so_few_edits_away(one: str, other: str, distance: int) -> None:
    assert is_near(one, other, distance) == (edits(one, other) <= distance)
