"""A kind of mail moves from the monolith to the service and back: each change is told once."""

import json
import re
from collections.abc import Iterator
from email.message import EmailMessage
from typing import LiteralString
from uuid import UUID

import httpx
import psycopg
import pytest
from celery import Celery

from stack.visitor import Visitor
from tests.journeys.test_alerts import BUYER, for_sale, mails, press, reduce
from tests.journeys.test_handled_by import reduced
from tests.running_stack import Stack

pytestmark = pytest.mark.stack

OPTED_OUT = "SELECT EXISTS (SELECT FROM alerts_optout WHERE kind = %s)"
KEPT_SEARCH = re.compile(r"/saved/searches/(\d+)/delete/")
ENDED = """
SELECT EXISTS (SELECT FROM interests_savedsearch WHERE name = %s AND frequency = 'none')
"""
WRITTEN = """
SELECT count(*) FROM alerts_alert alert JOIN alerts_change change ON change.id = alert.change_id
JOIN accounts_user person ON person.id = alert.account_id
WHERE change.listing_id = %s AND change.new_price = %s AND person.email = %s
"""


@pytest.fixture
def buyer(stack: Stack) -> Iterator[Visitor]:
    """Be the demo user, whose address the service was told."""
    with Visitor(stack.url("gateway")) as visitor:
        visitor.log_in("user", "user")
        # What traffic had them search for may fit these tests' homes, too.
        for number in sorted(set(KEPT_SEARCH.findall(visitor.http.get("/saved/searches/").text))):
            press(visitor, f"/saved/searches/{number}/delete/", {})
        # Whoever is called otherwise is told anew, address and all.
        press(visitor, "/account/", {"display_name": "Uma V."})
        press(visitor, "/account/", {"display_name": "Uma Visitor"})
        yield visitor


@pytest.fixture
def flag() -> str:
    return "alerts-price"


@pytest.fixture
def moved(stack: Stack, agent: Visitor, flag: str) -> Iterator[None]:
    """Give a kind to the service, for everybody."""
    unwatched = for_sale(agent)[9]
    stack.manage("strangler", "flags", "set", flag, "--percent", "100", "--reason", "a test")
    stack.wait_until(lambda: bool(reduced(stack, agent, unwatched)[1]))
    yield
    stack.manage("strangler", "flags", "undo", flag, "--reason", "the test is over")
    stack.wait_until(lambda: not reduced(stack, agent, unwatched)[1])


def test_a_lower_price_is_told_once_by_the_service_until_it_is_unwanted(
    stack: Stack, agent: Visitor, buyer: Visitor, moved: None
) -> None:
    listing = for_sale(agent)[4]
    press(buyer, f"/saved/homes/{listing}/add/", {})

    price = reduce(agent, listing)
    mail = only_mail(stack, price)
    assert is_the_services(mail)
    assert written_by_the_monolith(stack, listing, price) == 0

    link = mail["List-Unsubscribe"].strip(" <>")
    answer = httpx.post(link, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == httpx.codes.OK
    assert answer.headers["X-Served-By"] == "notifications"
    again = reduce(agent, listing)
    stack.wait_until(lambda: has_heard_of(stack, again))
    assert mails(stack, again) == []
    # Whichever side sends by then: nobody is written to again who has said no to either.
    stack.wait_until(lambda: holds_at_the_monolith(stack, OPTED_OUT, "price"))


def test_a_kind_that_goes_back_is_the_monoliths_again(
    stack: Stack, agent: Visitor, buyer: Visitor
) -> None:
    choose_all(buyer)
    listing = for_sale(agent)[6]
    press(buyer, f"/saved/homes/{listing}/add/", {})

    price = reduce(agent, listing)

    mail = only_mail(stack, price)
    assert not is_the_services(mail)
    assert written_by_the_monolith(stack, listing, price) == 1
    assert len(mails(stack, price)) == 1


@pytest.mark.parametrize("flag", ["alerts-match"])
def test_the_link_in_a_match_ends_its_search_at_the_monolith_and_nothing_else(
    stack: Stack, agent: Visitor, buyer: Visitor, moved: None
) -> None:
    listing = for_sale(agent)[7]
    asked = int(agent.edit_form(listing)["price"]) - 137
    words = {"name": "One price", "frequency": "instant"}
    press(buyer, f"/saved/searches/new?price_min={asked}&price_max={asked}", words)

    # Whose favourites stay with the monolith is looked at again after a while before it is sent.
    mail = only_mail(stack, reduce(agent, listing), timeout_s=90)
    assert is_the_services(mail)
    answer = httpx.post(
        mail["List-Unsubscribe"].strip(" <>"), data={"List-Unsubscribe": "One-Click"}
    )
    assert "it stays among your searches" in answer.text

    stack.wait_until(lambda: holds_at_the_monolith(stack, ENDED, "One price"))
    assert not holds_at_the_monolith(stack, OPTED_OUT, "match")


def choose_all(buyer: Visitor) -> None:
    """Want every kind of mail, by the monolith's own page."""
    path = "/account/notifications/"
    buyer.http.get(path)
    token = {"csrfmiddlewaretoken": buyer.http.cookies["csrftoken"]}
    answer = buyer.http.post(path, data={**token, "wanted": ["match", "price", "status", "digest"]})
    assert answer.status_code == httpx.codes.FOUND


def holds_at_the_monolith(stack: Stack, asked: LiteralString, *values: str) -> bool:
    with psycopg.connect(stack.environment()["MONOLITH_DATABASE_URL"]) as monolith:
        found = monolith.execute(asked, values).fetchone()
    return bool(found and found[0])


def only_mail(stack: Stack, price: str, timeout_s: float = 30) -> EmailMessage:
    """Return the mail about the price, which there is once."""
    stack.wait_until(lambda: len(mails(stack, price)) == 1, timeout_s)
    (mail,) = mails(stack, price)
    return mail


def is_the_services(mail: EmailMessage) -> bool:
    number = re.match(r"<([0-9a-f-]{36})@", mail["Message-ID"])
    return number is not None and UUID(number[1]).version == 5


def written_by_the_monolith(stack: Stack, listing: int, price: str) -> int:
    """Return how many mails to the buyer the monolith planned about the change."""
    amount = int(price.strip("$").replace(",", ""))
    with psycopg.connect(stack.environment()["MONOLITH_DATABASE_URL"]) as monolith:
        found = monolith.execute(WRITTEN, [listing, amount, BUYER]).fetchone()
    assert found
    return int(found[0])


def has_heard_of(stack: Stack, price: str) -> bool:
    """Tell whether the service knows of the change."""
    amount = int(price.strip("$").replace(",", ""))
    with psycopg.connect(stack.environment()["NOTIFICATIONS_DATABASE_URL"]) as service:
        asked = "SELECT EXISTS (SELECT FROM notifications_change WHERE new_price = %s)"
        found = service.execute(asked, [amount]).fetchone()
    return bool(found and found[0])


def test_the_status_tells_what_was_sent(stack: Stack) -> None:
    told = json.loads(stack.manage("notifications", "status", "--json"))

    assert {row["state"] for row in told["ledger"]["counts"]} >= {"sent"}


def test_the_running_worker_takes_what_it_can_do_and_gives_back_what_it_could_not(
    stack: Stack,
) -> None:
    broker = stack.environment()["NOTIFICATIONS_REDIS_URL"]
    with Celery("asking", broker=broker, set_as_current=False) as asking:
        inspect = asking.control.inspect(timeout=10)
        ((stats, conf),) = zip(inspect.stats().values(), inspect.conf().values(), strict=True)

    _, longest = stats["pool"]["timeouts"]
    assert 0 < longest < stats["broker"]["transport_options"]["visibility_timeout"]
    assert stats["prefetch_count"] == len(stats["pool"]["processes"])
    assert conf["CELERY_TASK_ACKS_LATE"]
    assert 0 < conf["CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT"] < longest
