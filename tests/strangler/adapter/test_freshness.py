"""The freshness cookie: it names the committed versions, and turns cautious when it cannot."""

from typing import Any

import pytest

from strangler.adapter import freshness, writes
from strangler.adapter.freshness import Demand
from strangler.adapter.keys import PrivateKey

NOW = 1_800_000_000


def test_what_was_issued_is_demanded(key: PrivateKey) -> None:
    demand = Demand({("listing", "12"): 7, ("listing", "9"): 1}, hold=NOW + 3)
    token = freshness.issue(demand, key, NOW)
    assert freshness.verify(token, (key.public,), NOW + 599) == demand


def test_an_expired_or_foreign_cookie_demands_nothing(
    key: PrivateKey, foreign_key: PrivateKey
) -> None:
    demand = Demand({("listing", "12"): 7})
    ours, theirs = freshness.issue(demand, key, NOW), freshness.issue(demand, foreign_key, NOW)
    assert freshness.verify(ours, (key.public,), NOW + 600) == Demand()
    assert freshness.verify(theirs, (key.public,), NOW) == Demand()
    assert freshness.verify("", (key.public,), NOW) == Demand()


def test_it_is_renewed_when_half_of_its_time_is_over(
    key: PrivateKey, foreign_key: PrivateKey
) -> None:
    demand = Demand({("listing", "12"): 7})
    token = freshness.issue(demand, key, NOW)
    trusted = (key.public,)
    assert freshness.renewed(token, key, trusted, NOW + 299) is None
    later = freshness.renewed(token, key, trusted, NOW + 301)
    assert later is not None
    assert freshness.verify(later, trusted, NOW + 900) == demand
    # What has ended and what is not ours stays so.
    theirs = freshness.issue(demand, foreign_key, NOW)
    assert freshness.renewed(token, key, trusted, NOW + 600) is None
    assert freshness.renewed(theirs, key, trusted, NOW + 301) is None


def test_a_hold_that_has_ended_is_renewed_too_until_a_service_has_applied_all(
    key: PrivateKey,
) -> None:
    demand, trusted = Demand(hold=NOW + 10), (key.public,)
    token: str | None = freshness.issue(demand, key, NOW)
    for later in range(NOW + 400, NOW + 4000, 400):
        token = freshness.renewed(token or "", key, trusted, later)
    assert freshness.verify(token or "", trusted, NOW + 3999) == demand
    assert freshness.renewed(token or "", key, trusted, NOW + 3600 + 600) is None


def test_merging_keeps_the_newer_of_two_versions() -> None:
    earlier = Demand({("listing", "1"): 5, ("listing", "2"): 2}, hold=9)
    merged = earlier.merged(Demand({("listing", "1"): 4}, hold=3))
    assert merged == Demand({("listing", "1"): 5, ("listing", "2"): 2}, hold=9)


def test_too_many_pairs_become_a_hold_and_keep_the_latest() -> None:
    demand = Demand({("listing", str(n)): n for n in range(30)}).bounded(NOW)
    assert len(demand.versions) == 20
    assert ("listing", "29") in demand.versions
    assert demand.hold == NOW + 10


@pytest.mark.django_db
def test_versions_are_read_back_after_the_trigger_raised_them(note: Any) -> None:
    row = note.objects.create(text="a")
    with writes.recorded([note]) as written:
        row.save()
        note.objects.filter(pk=row.pk).update(text="b")
    demand = freshness.demanded(written, {note: "note"}, NOW)
    assert demand == Demand({("note", str(row.pk)): 3})


@pytest.mark.django_db
def test_a_deleted_row_must_not_be_shown(note: Any, key: PrivateKey) -> None:
    row = note.objects.create(text="a")
    gone = ("note", str(row.pk))
    with writes.recorded([note]) as written:
        row.save()
        row.delete()
    demand = freshness.demanded(written, {note: "note"}, NOW)
    assert demand == Demand({gone: None})
    assert freshness.verify(freshness.issue(demand, key, NOW), (key.public,), NOW) == demand
    # Whatever another tab has written before.
    earlier = Demand({gone: 7})
    assert demand.merged(earlier) == earlier.merged(demand) == demand


@pytest.mark.django_db
def test_rows_deleted_without_their_keys_become_a_hold(note: Any) -> None:
    note.objects.create(text="a")
    with writes.recorded([note]) as written:
        note.objects.filter(text="a").delete()
    assert freshness.demanded(written, {note: "note"}, NOW) == Demand(hold=NOW + 10)
