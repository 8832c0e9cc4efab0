"""What a service gives back is sent from here, once, and nothing that it never had."""

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.db import connection, transaction
from django.test import Client, override_settings
from django.utils import timezone
from pytest_django.fixtures import Settings

from cdc.outbox.models import OutboxEvent
from monolith.accounts.models import User
from monolith.alerts import digests
from monolith.alerts.handback import Mail, take_back
from monolith.alerts.models import Alert, Change
from monolith.alerts.posted import MOST
from monolith.enquiries import services as enquiries
from monolith.interests.models import Favourite
from monolith.listings import services
from monolith.listings.models import Listing
from monolith.viewings import services as viewings
from monolith.viewings.hours import offered
from tests.monolith.alerts.conftest import MakeSearch, Work
from tests.monolith.alerts.test_digests import AT, reduce
from tests.monolith.conftest import Give

pytestmark = pytest.mark.django_db

SMTP = "django.core.mail.backends.smtp.EmailBackend"
PATH = "/internal/alerts/handback"
MINE = {"Authorization": "Bearer right"}


@pytest.fixture(autouse=True)
def readers(settings: Settings) -> None:
    """Let one consumer in."""
    settings.PERSONAL_READERS = {"notifications": "right"}


def asked(client: Client, content: Any, **headers: str) -> Any:
    body = content if isinstance(content, str) else json.dumps(content)
    return client.post(PATH, body, content_type="application/json", headers=headers or MINE)


def outcome(client: Client, event_id: object, person: User | int, kind: str) -> str:
    account_id = person if isinstance(person, int) else person.pk
    named = {"event_id": str(event_id), "account_id": account_id, "kind": kind}
    answer = asked(client, {"mails": [named]})
    assert answer.status_code == 200, answer.content
    (told,) = answer.json()["outcomes"]
    return str(told)


def test_an_alert_is_planned_once_and_sent(
    client: Client, keeper: User, listing: Listing, favourite: Favourite, give: Give, work: Work
) -> None:
    give("price", keeper)
    services.reprice(listing.pk, 90_000)
    assert work() == []
    cause = Change.objects.get()

    assert outcome(client, cause.event_id, keeper, "price") == "taken"
    assert outcome(client, cause.event_id, keeper, "price") == "already"
    (alert,) = work()
    assert (alert.kind, alert.state, len(mail.outbox)) == ("price", "sent", 1)
    assert outcome(client, cause.event_id, keeper, "price") == "already"
    assert work() == [alert]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_give_back_the_same_at_once_one_is_told_that_it_was_taken(
    keeper: User, listing: Listing, favourite: Favourite, give: Give
) -> None:
    give("price", keeper)
    services.reprice(listing.pk, 90_000)
    event_id = Change.objects.get().event_id
    assert event_id
    named = Mail(event_id, keeper.pk, "price")
    meet = Barrier(2)

    def take() -> list[str]:
        try:
            with transaction.atomic():
                meet.wait(10)
                return list(take_back([named]))
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        both = [threads.submit(take) for _ in range(2)]

    assert sorted(told for each in both for told in each.result()) == ["already", "taken"]
    assert Alert.objects.count() == 1


def test_a_match_is_sent_for_the_search_that_asked(
    client: Client, keeper: User, listing: Listing, make_search: MakeSearch, give: Give, work: Work
) -> None:
    make_search(beds_min=9)
    fitting = make_search()
    give("match", keeper)
    services.reprice(listing.pk, 90_000)
    assert work() == []

    assert outcome(client, Change.objects.get().event_id, keeper, "match") == "taken"
    (alert,) = work()
    assert (alert.saved_search, alert.state) == (fitting, "sent")


def test_an_overview_is_sent(
    client: Client, keeper: User, listing: Listing, make_search: MakeSearch, give: Give, work: Work
) -> None:
    make_search(frequency="daily")
    reduce(listing, 90_000)
    give("digest", keeper)
    digest = digests.due("daily", AT)

    assert outcome(client, digest.event_id, keeper, "digest") == "taken"
    (alert,) = work()
    assert (alert.digest, alert.state) == (digest, "sent")


def test_mails_about_an_enquiry_are_sent_to_the_side_that_is_named(
    client: Client, agent: User, buyer: User, listing: Listing, give: Give, work: Work
) -> None:
    give("enquiry", agent, buyer)
    enquiry = enquiries.send(listing.pk, message="Is it new?", account_id=buyer.pk)
    enquiries.reply(enquiry.pk, agent.pk, "It is.")
    sent, answered = OutboxEvent.objects.order_by("aggregate_version").values_list("pk", flat=True)

    outcomes = [
        outcome(client, event, person, "enquiry")
        for event, person in 2 * [(sent, agent), (sent, buyer), (answered, buyer)]
    ]
    work()
    work()
    assert outcomes == ["taken"] * 3 + ["already"] * 3
    assert [each.to[0] for each in mail.outbox] == [agent.email, buyer.email, buyer.email]
    assert mail.outbox[2].subject.startswith("Answer to your enquiry")
    assert outcome(client, answered, agent, "enquiry") == "stale"


def test_a_viewing_is_told_only_while_it_stands_so(
    client: Client, agent: User, buyer: User, listing: Listing, give: Give, work: Work
) -> None:
    give("viewing", agent, buyer)
    viewing = viewings.book(listing.pk, buyer.pk, next(iter(offered(timezone.now()))))
    viewings.confirm(viewing.pk)
    booked, confirmed = OutboxEvent.objects.order_by("aggregate_version").values_list(
        "pk", flat=True
    )

    assert outcome(client, booked, buyer, "viewing") == "stale"
    assert outcome(client, confirmed, buyer, "viewing") == "taken"
    work()
    assert [each.subject[:17] for each in mail.outbox] == ["Viewing confirmed"]


def test_a_message_outlives_a_mail_server_that_is_away(
    client: Client,
    agent: User,
    buyer: User,
    listing: Listing,
    give: Give,
    work: Work,
) -> None:
    give("enquiry", agent, buyer)
    enquiries.send(listing.pk, message="Is it new?", account_id=buyer.pk)
    event_id = OutboxEvent.objects.get().pk
    assert outcome(client, event_id, buyer, "enquiry") == "taken"
    with override_settings(EMAIL_BACKEND=SMTP, EMAIL_HOST="127.0.0.1", EMAIL_PORT=9):
        work()

    row = Alert.objects.get()
    assert (row.state, row.attempts) == ("planned", 0)
    assert row.due_at > timezone.now()
    assert outcome(client, event_id, buyer, "enquiry") == "already"
    work()
    assert mail.outbox == []
    Alert.objects.update(due_at=timezone.now())
    work()
    assert Alert.objects.get().state == "sent"
    assert [each.to for each in mail.outbox] == [[buyer.email]]


def test_a_message_whose_cause_is_gone_is_dropped(
    client: Client, agent: User, buyer: User, listing: Listing, give: Give, work: Work
) -> None:
    give("viewing", agent, buyer)
    viewing = viewings.book(listing.pk, buyer.pk, next(iter(offered(timezone.now()))))
    assert outcome(client, OutboxEvent.objects.get().pk, buyer, "viewing") == "taken"
    viewings.confirm(viewing.pk)

    work()

    assert Alert.objects.get().state == "dropped"
    assert mail.outbox == []


def test_what_was_never_given_away_is_not_taken(
    client: Client, keeper: User, listing: Listing, favourite: Favourite, work: Work
) -> None:
    services.reprice(listing.pk, 90_000)
    (alert,) = work()

    event_id = Change.objects.get().event_id
    assert outcome(client, event_id, keeper, "price") == "not given"
    assert outcome(client, event_id, keeper, "match") == "not given"
    assert outcome(client, event_id, keeper, "viewing") == "not given"
    assert work() == [alert]


def test_what_nobody_knows_is_said_to_be_unknown(
    client: Client, keeper: User, listing: Listing, give: Give
) -> None:
    give("price", keeper)
    services.reprice(listing.pk, 90_000)
    known = Change.objects.get().event_id
    for kind in ("price", "digest", "enquiry"):
        assert outcome(client, uuid4(), keeper, kind) == "unknown"
    assert outcome(client, known, 10**9, "price") == "unknown"
    User.objects.filter(pk=keeper.pk).update(is_active=False)
    assert outcome(client, known, keeper, "price") == "unknown"
    assert not Alert.objects.exists()


@pytest.mark.parametrize("told", ["", "Bearer wrong", "Basic right"])
def test_a_stranger_hands_nothing_back(client: Client, told: str) -> None:
    assert asked(client, {"mails": []}, Authorization=told).status_code == 401


MAIL = {"event_id": str(uuid4()), "account_id": 1, "kind": "price"}


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[" * 100_000,
        "\xff",
        [],
        {},
        {"mails": MAIL},
        {"mails": [7]},
        {"mails": [MAIL] * (MOST + 1)},
        {"mails": [MAIL | {"event_id": "7"}]},
        {"mails": [MAIL | {"event_id": 7}]},
        {"mails": [MAIL | {"account_id": "1"}]},
        {"mails": [MAIL | {"account_id": True}]},
        {"mails": [MAIL | {"account_id": 2**63}]},
        {"mails": [MAIL | {"kind": ""}]},
        {"mails": [MAIL | {"kind": "a" * 11}]},
        {"mails": [MAIL | {"kind": None}]},
    ],
)
def test_what_is_no_list_of_mails_is_refused(client: Client, content: Any) -> None:
    assert asked(client, content).status_code == 400
