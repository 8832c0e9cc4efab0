"""One's own page, the feed, and the link that ends a kind of letter."""

from contextlib import closing
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.conf import settings as django_settings
from django.test import Client
from pytest_django import Settings

from cdc.contracts.events import AccountDeleted
from consumers.notifications.bounces.models import Suppression, Why
from consumers.notifications.handlers import notifications
from consumers.notifications.ledger.models import Choice, FeedItem
from consumers.notifications.models import Person
from consumers.notifications.pacing.models import Rhythm
from consumers.notifications.sending import links, settling
from consumers.notifications.sending.links import Subscription
from consumers.notifications.site import choices, views
from consumers.runtime.testing.line import Line
from consumers.runtime.web.holds import Holds, Work
from tests.consumers.conftest import Sign
from tests.consumers.notifications import topics

pytestmark = pytest.mark.django_db

KINDS = ("match", "price", "status", "digest")


@pytest.fixture
def visitor(db: None, settings: Settings) -> Client:
    """Come from nowhere; account 7 has had letters."""
    Person.objects.create(account_id=7)
    from consumers.notifications import settings as own

    for name in (
        *("MIDDLEWARE", "ROOT_URLCONF", "TEMPLATES", "SERVED_BY", "PROBE_PATHS"),
        *("CONTENT_SECURITY_POLICY", "CSRF_FAILURE_VIEW"),
    ):
        setattr(settings, name, getattr(own, name))
    return Client()


@pytest.fixture
def person(visitor: Client, sign: Sign) -> Client:
    """Be account 7, signed in."""
    visitor.cookies["banyan_id"] = sign(sub="u:7", bucket=1, name="Ann")
    return visitor


def link_path(kind: str = "price") -> str:
    return links.address(Subscription(7, kind)).removeprefix(django_settings.NOTIFICATIONS.site_url)


def test_a_link_asks_on_get_and_acts_on_post_without_a_cookie(visitor: Client) -> None:
    asked = visitor.get(link_path())
    assert asked.status_code == 200
    assert "Write to me no more" in asked.text
    assert "price:email" in choices.chosen(7)

    for _ in range(2):
        done = Client(enforce_csrf_checks=True).post(link_path(), {"List-Unsubscribe": "One-Click"})
        assert done.status_code == 200
        assert "You are unsubscribed" in done.text

    assert choices.chosen(7) == {"match:email", "status:email", "digest:email"}
    assert choices.chosen(8) == {f"{kind}:email" for kind in KINDS}


def test_a_link_about_one_search_ends_that_search(visitor: Client) -> None:
    path = links.PATH + links.token(Subscription(7, "match", 12))
    assert "no more about this saved search?" in visitor.get(path).text
    assert "match:email" in choices.chosen(7)

    for _ in range(2):
        assert "it stays among your searches" in visitor.post(path).text

    assert choices.chosen(7) == {f"{kind}:email" for kind in KINDS}
    assert Choice.objects.get().saved_search_id == 12


def test_a_link_that_we_did_not_sign_changes_nothing(visitor: Client) -> None:
    answer = visitor.post(link_path()[:-2])

    assert answer.status_code == 400
    assert "Link not valid" in answer.text
    assert "price:email" in choices.chosen(7)


@pytest.mark.parametrize("search", [None, 12])
def test_a_link_of_somebody_who_was_erased_is_done_and_writes_nothing(
    visitor: Client, search: int | None
) -> None:
    path = links.PATH + links.token(Subscription(7, "match", search))
    visitor.post(path)
    assert Choice.objects.exists()
    with closing(Line(notifications)) as line:
        line.event(AccountDeleted(7, was_agent=False))
        line.run()

    answer = visitor.post(path)

    assert (answer.status_code, "You are unsubscribed" in answer.text) == (200, True)
    assert not Choice.objects.exists()


def test_a_visitor_is_asked_to_log_in(visitor: Client) -> None:
    assert visitor.get("/notifications/").headers["Location"] == (
        "/accounts/login/?next=/notifications/"
    )
    assert visitor.get("/notifications/feed").status_code == 401


def test_a_person_chooses_kinds_and_channels(person: Client) -> None:
    page = person.get("/notifications/")
    assert page.text.count(" checked") == 4
    assert page.headers["X-Served-By"] == "notifications"
    assert page.headers["Cache-Control"].startswith("max-age=0, no-cache")

    answer = person.post("/notifications/", {"wanted": ["price:email", "price:feed", "nonsense"]})

    assert answer.status_code == 302
    assert choices.chosen(7) == {"price:email", "price:feed"}


def test_a_choice_wants_the_token_of_the_page(person: Client) -> None:
    careful = Client(enforce_csrf_checks=True)
    careful.cookies = person.cookies

    assert careful.post("/notifications/", {"wanted": []}).status_code == 403


@pytest.mark.parametrize(
    ("why", "said"),
    [
        (Why.COMPLAINED, "On 5 May 2030 you called a mail of ours unwanted"),
        (Why.BOUNCED, "On 5 May 2030 a mail to your address came back"),
    ],
)
def test_a_person_to_whom_no_mail_goes_reads_why(person: Client, why: Why, said: str) -> None:
    Rhythm.objects.create(account_id=7, zone="Pacific/Auckland")
    since = datetime(2030, 5, 4, 23, tzinfo=UTC)
    Suppression.objects.create(account_id=8, why=why, since=since)
    assert said not in person.get("/notifications/").text

    Suppression.objects.create(account_id=7, why=why, since=since)
    assert said in person.get("/notifications/").text


def test_the_feed_counts_what_is_unread_until_the_page_was_seen(person: Client) -> None:
    FeedItem.objects.create(
        notification_id="0e5b3c8e-0000-5000-8000-000000000001",
        account_id=7,
        subject="<b>Ranch</b>: now $1",
        path="/homes/12-ranch/",
    )
    assert person.get("/notifications/feed").json() == {
        "unread": 1,
        "items": [
            {"subject": "<b>Ranch</b>: now $1", "path": "/homes/12-ranch/", "is_read": False}
        ],
    }

    page = person.get("/notifications/").text
    assert "&lt;b&gt;Ranch&lt;/b&gt;: now $1" in page
    assert "What is new (1 unread)" in page

    assert person.get("/notifications/feed").json()["unread"] == 0


def test_what_the_page_does_not_show_stays_unread_and_comes_first_next_time(
    person: Client,
) -> None:
    for number in range(25):
        FeedItem.objects.create(
            notification_id=uuid4(), account_id=7, subject=f"Home No. {number}.", path="/"
        )

    first = person.get("/notifications/").text
    assert "What is new (25 unread)" in first
    assert "Home No. 4." not in first
    assert person.get("/notifications/feed").json()["unread"] == 5

    second = person.get("/notifications/").text
    assert "What is new (5 unread)" in second
    assert second.index("Home No. 0.") < second.index("Home No. 24.")
    assert person.get("/notifications/feed").json()["unread"] == 0


def test_the_feed_says_days_as_they_are_on_ones_own_clock(person: Client) -> None:
    Rhythm.objects.create(account_id=7, zone="Pacific/Auckland")
    FeedItem.objects.create(notification_id=uuid4(), account_id=7, subject="Ranch", path="/")
    FeedItem.objects.update(made_at=datetime(2030, 5, 4, 23, tzinfo=UTC))

    assert "5 May 2030" in person.get("/notifications/").text


@pytest.mark.usefixtures("told")
def test_the_probes_answer(visitor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Work] = []
    holds = Holds(settling.points(django_settings.NOTIFICATIONS.ends), asked.append)
    monkeypatch.setattr(views, "_news", lambda: holds)
    topics.hold()
    topics.read()
    assert visitor.get("/healthz").text == "ok\n"
    assert visitor.get("/readyz").json() == {"ready": True}
    asked.pop()()
    told = visitor.get("/readyz").json()
    assert (told["ready"], told["lag_seconds"] < 60) == (True, True)


def test_the_script_of_the_header_is_the_same_for_all_and_kept_for_a_while(
    visitor: Client,
) -> None:
    answer = visitor.get("/notifications/unread.js")

    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    assert "/notifications/feed" in answer.text
    assert "://" not in answer.text


def test_only_who_is_signed_in_is_told_of_what_is_new(visitor: Client, person: Client) -> None:
    assert "unread.js" in person.get("/notifications/").text
    del visitor.cookies["banyan_id"]
    assert "unread.js" not in visitor.get(link_path()).text
