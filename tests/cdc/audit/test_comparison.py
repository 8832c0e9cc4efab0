"""What counts as lost: a model of a line whose parts lag, lose and hold twice."""

from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from cdc.audit.comparison import Difference, differences, differing, remaining
from cdc.contracts.applied import Sum, Versioned, summed

SIZE = 4
Rows = dict[int, int]
ROWS = st.dictionaries(st.integers(0, 30), st.integers(1, 9))


class Kept:
    """A side of the comparison in memory."""

    def __init__(self, pairs: Iterable[tuple[int, int]]) -> None:
        self.pairs = sorted(pairs)

    def sums(self) -> dict[int, Sum]:
        return summed(self.pairs, SIZE)

    def open(self, number: int) -> Iterable[Versioned]:
        return [(key, version) for key, version in self.pairs if key // SIZE == number]


def look(wanted: Kept, seen: Kept) -> list[Difference]:
    """Return the suspects of a first look."""
    return [
        each
        for number in differing(wanted.sums(), seen.sums(), extras=True)
        for each in differences(number, wanted.open(number), seen.open(number), extras=True)
    ]


def keys(found: Iterable[Difference]) -> set[int | str]:
    return {each.key for each in found}


@given(ROWS, ROWS)
def test_exactly_the_keys_that_differ_are_found(wanted: Rows, seen: Rows) -> None:
    lost = {key for key, version in wanted.items() if seen.get(key, 0) < version}
    kept = {key for key in seen if key not in wanted}

    assert keys(look(Kept(wanted.items()), Kept(seen.items()))) == lost | kept


@given(ROWS, st.data())
def test_a_line_that_is_only_late_is_never_accused(before: Rows, data: st.DataObject) -> None:
    # The first look meets any older state; the second one a newer state of all.
    late = {
        key: data.draw(st.integers(1, version))
        for key, version in before.items()
        if data.draw(st.booleans())
    }
    suspects = look(Kept(before.items()), Kept(late.items()))
    deleted = data.draw(st.sets(st.sampled_from(sorted(before)))) if before else set()
    after = {key: version + 1 for key, version in before.items() if key not in deleted}

    assert remaining(suspects, after.items(), after.items()) == []


@given(ROWS.filter(bool), st.data())
def test_what_is_lost_stays_found_however_often_one_looks(rows: Rows, data: st.DataObject) -> None:
    lost = data.draw(st.sets(st.sampled_from(sorted(rows)), min_size=1))
    held = {key: version for key, version in rows.items() if key not in lost}
    suspects = look(Kept(rows.items()), Kept(held.items()))

    assert keys(remaining(suspects, held.items(), rows.items())) == lost


@given(ROWS.filter(bool), st.data())
def test_a_deletion_that_did_not_arrive_is_lost_too(rows: Rows, data: st.DataObject) -> None:
    key = data.draw(st.sampled_from(sorted(rows)))
    left = {other: version for other, version in rows.items() if other != key}
    (suspect,) = look(Kept(left.items()), Kept(rows.items()))

    assert str(suspect) == f"{key}: deleted, still there in version {rows[key]}"
    assert remaining([suspect], rows.items(), left.items()) == [suspect]
    # A row that was held before it was seen committed is explained by a later look.
    assert remaining([suspect], rows.items(), rows.items()) == []


@given(ROWS.filter(bool), st.data())
def test_a_key_that_is_held_twice_is_doubled(rows: Rows, data: st.DataObject) -> None:
    key = data.draw(st.sampled_from(sorted(rows)))
    (found,) = look(Kept(rows.items()), Kept([*rows.items(), (key, rows[key])]))

    assert found.is_doubled
    assert str(found) == f"{key}: there 2 times"
    assert remaining([found], [*rows.items(), (key, 1)], rows.items()) == [found]
    assert remaining([found], rows.items(), rows.items()) == []


def test_events_whose_rows_were_dropped_are_no_difference() -> None:
    seen = {0: Sum(2, 5), 1: Sum(1, 3)}

    assert differing({1: Sum(1, 3)}, seen, extras=False) == []
    assert differing({1: Sum(2, 4)}, seen, extras=False) == [1]
    assert keys(differences(1, [("a", 1)], [("b", 1)], extras=False)) == {"a"}
