"""The freshness cookie: it names the committed versions, and turns cautious when it cannot."""

from dataclasses import dataclass
from typing import Any

import pytest

from strangler.adapter import freshness, writes
from strangler.adapter.freshness import CLOCKS_DIFFER, LIFETIME, Demand
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


@dataclass
class Log:
    """A log that is captured up to somewhere."""

    end: int | None
    captured: int = 0

    def position(self) -> int | None:
        return self.end

    def has_passed(self, position: int) -> bool:
        return self.captured >= position


def test_where_the_capture_can_be_asked_a_hold_lasts_until_it_has_come_so_far(
    key: PrivateKey,
) -> None:
    log, trusted = Log(end=70), (key.public,)
    demand = freshness.held(NOW, log)
    # No service answers, for as long as the cookie lives.
    assert demand == Demand(hold=NOW + LIFETIME, position=70)
    token: str | None = freshness.issue(demand, key, NOW)
    assert freshness.renewed(token or "", key, trusted, NOW + 20, log) is None
    for later in range(NOW + 400, NOW + 4000, 400):
        token = freshness.renewed(token or "", key, trusted, later, log)
        assert freshness.verify(token or "", trusted, later).hold == later + LIFETIME

    log.captured = 70
    token = freshness.renewed(token or "", key, trusted, NOW + 3700, log)
    ended = Demand(hold=NOW + 3700 + CLOCKS_DIFFER)
    assert freshness.verify(token or "", trusted, NOW + 3700) == ended
    assert freshness.renewed(token or "", key, trusted, NOW + 3710, log) is None


def test_a_hold_of_a_capture_that_nobody_asks_any_more_ends(key: PrivateKey) -> None:
    token = freshness.issue(freshness.held(NOW, Log(end=70)), key, NOW)
    later = freshness.renewed(token, key, (key.public,), NOW + 5)
    assert freshness.verify(later or "", (key.public,), NOW + 5) == Demand(hold=NOW + 7)


def test_without_its_slot_the_capture_is_given_its_seconds() -> None:
    assert freshness.held(NOW, Log(end=None)) == freshness.held(NOW, None) == Demand(hold=NOW + 10)


def test_of_two_places_in_the_log_the_later_one_is_waited_for() -> None:
    earlier, later = (Demand(hold=NOW, position=at) for at in (70, 90))
    assert earlier.merged(later) == later.merged(earlier) == later


def test_merging_keeps_the_newer_of_two_versions() -> None:
    earlier = Demand({("listing", "1"): 5, ("listing", "2"): 2}, hold=9)
    merged = earlier.merged(Demand({("listing", "1"): 4}, hold=3))
    assert merged == Demand({("listing", "1"): 5, ("listing", "2"): 2}, hold=9)


def test_too_many_pairs_become_a_hold_and_keep_the_latest() -> None:
    demand = Demand({("listing", str(n)): n for n in range(30)}).bounded(NOW)
    assert len(demand.versions) == 20
    assert ("listing", "29") in demand.versions
    assert demand.hold == NOW + 10
    assert Demand(demand.versions).bounded(NOW, Log(end=70)).position == 0
    many = Demand({("listing", str(n)): n for n in range(30)}).bounded(NOW, Log(end=70))
    assert many == Demand(demand.versions, NOW + LIFETIME, 70)


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
    # A service that never saw it may be about to: it is held until all is there.
    assert demand == Demand({gone: None}, hold=NOW + 10)
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
    held = freshness.demanded(written, {note: "note"}, NOW, Log(end=70))
    assert held == Demand(hold=NOW + LIFETIME, position=70)
