"""Daily and weekly overviews: once for each due time, one mail a person, nothing new no mail."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from cdc.contracts.events import DigestDue
from cdc.outbox.models import OutboxEvent
from monolith.accounts.models import User
from monolith.alerts import digests
from monolith.alerts.models import Alert, Change, Digest, OptOut
from monolith.interests.models import SavedSearch
from monolith.listings import services
from monolith.listings.models import Listing
from tests.monolith.alerts.conftest import MakeSearch, Work
from tests.monolith.conftest import Give, MakeListing
from tests.monolith.interests.events import published

pytestmark = pytest.mark.django_db

# A Tuesday, half past seven in the morning where the homes are.
AT = datetime(2026, 5, 5, 11, 30, tzinfo=UTC)


def send_digests(*words: str, at: datetime = AT) -> str:
    said = io.StringIO()
    call_command("send_digests", *words, "--at", at.isoformat(), stdout=said)
    return said.getvalue()


def reduce(listing: Listing, price: int, at: datetime = AT - timedelta(hours=3)) -> None:
    services.reprice(listing.pk, price)
    Change.objects.filter(new_price=price).update(happened_at=at)


@pytest.mark.parametrize(
    ("frequency", "at", "slot"),
    [
        ("daily", "2026-05-05T10:59+00:00", "2026-05-04T07:00-04:00"),
        ("daily", "2026-05-05T11:00+00:00", "2026-05-05T07:00-04:00"),
        # On Sundays; the mails leave on the Monday.
        ("weekly", "2026-05-03T10:59+00:00", "2026-04-26T07:00-04:00"),
        ("weekly", "2026-05-03T11:00+00:00", "2026-05-03T07:00-04:00"),
        ("weekly", "2026-05-09T23:00+00:00", "2026-05-03T07:00-04:00"),
        # The clocks went forward in that night, and back in the other.
        ("daily", "2026-03-08T11:00+00:00", "2026-03-08T07:00-04:00"),
        ("daily", "2026-11-01T12:00+00:00", "2026-11-01T07:00-05:00"),
    ],
)
def test_a_digest_is_due_at_seven_where_the_homes_are(frequency: str, at: str, slot: str) -> None:
    assert digests.latest_slot(frequency, datetime.fromisoformat(at)).isoformat() == (
        datetime.fromisoformat(slot).isoformat()
    )


def test_one_mail_tells_of_all_searches_and_of_each_home_once(
    make_listing: MakeListing, make_search: MakeSearch, work: Work
) -> None:
    reduced, new = make_listing(title="Oak & Elm"), make_listing(status="draft", title="New one")
    make_search("daily", "Cheap", price_max=95_000)
    make_search("daily", "All")
    make_search("daily", "None", beds_min=9)
    reduce(reduced, 90_000)
    services.publish(new.pk)
    Change.objects.filter(what="published").update(happened_at=AT - timedelta(hours=2))

    assert (
        send_digests()
        == "daily 2026-05-05: 1 planned, 0 queued\nweekly 2026-05-03: 0 planned, 0 queued\n"
    )
    assert [alert.kind for alert in work()] == ["digest"]
    text = mail.outbox[0].body
    assert mail.outbox[0].subject == "2 homes for your saved searches"
    assert text.count("Reduced from $100,000: Oak & Elm, $90,000") == 1
    assert text.count("New: New one, $100,000") == 1
    assert "/search?price_max=95000\n" in text
    assert "None" not in text


def test_twice_in_a_morning_sends_once_and_the_next_looks_back_to_it(
    listing: Listing, make_search: MakeSearch, work: Work
) -> None:
    make_search("daily")
    reduce(listing, 90_000)
    send_digests("--frequency", "daily")
    assert "0 planned" in send_digests("--frequency", "daily", at=AT + timedelta(hours=5))
    work()
    # Two mornings later, as the site was down on the next one.
    reduce(listing, 80_000, AT + timedelta(hours=4))
    assert "1 planned" in send_digests("--frequency", "daily", at=AT + timedelta(days=2))
    work()
    assert len(mail.outbox) == 2
    assert "Reduced from $90,000: Plain home, $80,000" in mail.outbox[1].body
    assert Digest.objects.count() == 2


@pytest.mark.parametrize(
    ("at", "leaves"),
    [
        ("2026-05-03T11:30+00:00", "2026-05-04T11:00+00:00"),
        # That Sunday is an hour shorter until seven, and what follows is not.
        ("2026-03-08T11:30+00:00", "2026-03-09T11:00+00:00"),
        ("2026-11-01T12:30+00:00", "2026-11-02T12:00+00:00"),
    ],
)
def test_a_weekly_mail_leaves_on_the_monday_after(db: None, at: str, leaves: str) -> None:
    digest = digests.due("weekly", datetime.fromisoformat(at))

    assert digests.departure(digest) == datetime.fromisoformat(leaves)


def test_a_weekly_mail_that_is_planned_waits_for_its_monday(
    listing: Listing, make_search: MakeSearch, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_search("weekly")
    monday = timezone.now() + timedelta(hours=3)
    monkeypatch.setattr(digests, "departure", lambda _: monday)
    reduce(listing, 90_000, AT - timedelta(days=3))
    send_digests("--frequency", "weekly")
    work()
    assert mail.outbox == []

    Alert.objects.filter(due_at=monday).update(due_at=timezone.now())
    assert [row.state for row in work()] == ["sent"]


def test_what_a_monday_told_is_not_told_by_the_sunday_before_it(db: None) -> None:
    monday = AT - timedelta(days=1)
    told = Digest.objects.create(frequency="weekly", slot=monday, since=monday - timedelta(days=7))

    assert digests.due("weekly", AT) == told
    assert digests.due("weekly", AT + timedelta(days=7)).since == monday


def test_what_happens_at_the_due_time_itself_is_told_by_that_mail_alone(
    listing: Listing, make_search: MakeSearch
) -> None:
    make_search("daily")
    reduce(listing, 90_000, digests.latest_slot("daily", AT))
    assert "1 planned" in send_digests("--frequency", "daily")
    assert "0 planned" in send_digests("--frequency", "daily", at=AT + timedelta(days=1))


def test_nothing_new_is_no_mail(listing: Listing, make_search: MakeSearch) -> None:
    make_search("daily")
    make_search("weekly")
    reduce(listing, 90_000, AT - timedelta(days=10))
    send_digests()
    assert not Alert.objects.exists()


def test_a_home_that_is_sold_before_the_mail_goes_is_left_out(
    listing: Listing, make_search: MakeSearch, work: Work
) -> None:
    make_search("weekly")
    reduce(listing, 90_000, AT - timedelta(days=3))
    send_digests("--frequency", "weekly")
    services.change_status(listing.pk, "sold")
    assert [(row.state, row.reason) for row in work()] == [
        ("dropped", "Nothing of it was left to tell.")
    ]


def test_who_wants_no_digests_gets_none(
    listing: Listing, make_search: MakeSearch, keeper: User
) -> None:
    make_search("daily")
    OptOut.objects.create(account=keeper, kind="digest")
    reduce(listing, 90_000)
    assert "0 planned" in send_digests("--frequency", "daily")


def test_a_digest_for_many_takes_as_many_queries_as_for_one(
    listing: Listing, keeper: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    people = User.objects.bulk_create(
        User(username=f"p{n}", email=f"p{n}@example.org", confirmed_at=timezone.now())
        for n in range(30)
    )
    SavedSearch.objects.bulk_create(
        SavedSearch(account=person, name="x", criteria={}, frequency="daily") for person in people
    )
    reduce(listing, 90_000)
    digest = digests.due("daily", AT)
    # Savepoint, digest, people, searches, their homes, insert, mark, release.
    with django_assert_max_num_queries(8):
        assert len(digests.plan(digest.pk)) == 30
    assert (digests.plan(digest.pk), digests.is_finished(digest.pk)) == ([], True)
    assert digests.plan(digest.pk) == []


def test_planning_goes_on_where_it_was_left(
    listing: Listing, make_search: MakeSearch, monkeypatch: pytest.MonkeyPatch, agent: User
) -> None:
    monkeypatch.setattr(digests, "AT_ONCE", 1)
    User.objects.update(confirmed_at=timezone.now())
    make_search("daily")
    SavedSearch.objects.create(account=agent, name="x", criteria={}, frequency="daily")
    reduce(listing, 90_000)
    digest = digests.due("daily", AT)
    assert [len(digests.plan(digest.pk)) for _ in range(3)] == [1, 1, 0]
    assert Alert.objects.values("account").distinct().count() == 2


@pytest.mark.parametrize(
    ("at", "message"), [("noon", "say a time like"), ("2999-01-01", "in the future")]
)
def test_a_time_that_cannot_be_meant_is_explained(at: str, message: str) -> None:
    with pytest.raises(CommandError, match=message):
        call_command("send_digests", "--at", at)


def test_a_due_time_is_told_once_with_what_it_looks_back_to(db: None) -> None:
    digest = digests.due("daily", AT)
    assert digests.due("daily", AT) == digest

    ((event, version),) = published("alert.events")
    assert event == DigestDue(
        digest.pk,
        frequency="daily",
        slot="2026-05-05T11:00:00+00:00",
        since="2026-05-04T11:00:00+00:00",
    )
    assert version == 1
    assert str(digest.event_id) == str(OutboxEvent.objects.get().pk)


def test_whoever_is_the_services_gets_no_overview_from_here(
    give: Give, keeper: User, listing: Listing, make_search: MakeSearch
) -> None:
    make_search(frequency="daily")
    reduce(listing, 90_000)
    give("digest", keeper)
    assert send_digests("--frequency", "daily").startswith("daily 2026-05-05: 0 planned")
