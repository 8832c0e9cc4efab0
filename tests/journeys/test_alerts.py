"""From a change on the site to a mail in somebody's box: at once, and once, whoever is killed."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage

import httpx
import pytest

from stack.visitor import Visitor
from tests.running_stack import Stack

pytestmark = pytest.mark.stack

BUYER = "uma.visitor@maumeehomes.example"


@pytest.fixture
def buyer(stack: Stack) -> Iterator[Visitor]:
    """Be the demo user, logged in through the gateway."""
    with Visitor(stack.url("gateway")) as visitor:
        visitor.log_in("user", "user")
        yield visitor


def test_a_new_home_is_mailed_to_whose_search_it_fits_until_they_unsubscribe(
    stack: Stack, agent: Visitor, buyer: Visitor
) -> None:
    listing = for_sale(agent)[0]
    form = agent.edit_form(listing)
    words = {"name": "Exactly that", "frequency": "instant"}
    press(buyer, f"/saved/searches/new?price_min={form['price']}&price_max={form['price']}", words)

    put_on_the_market(agent, listing)

    def told() -> list[EmailMessage]:
        return [each for each in mails(stack, "new,") if f"/homes/{listing}-" in each.get_content()]

    stack.wait_until(lambda: bool(told()))
    (mail,) = told()

    link = mail["List-Unsubscribe"].strip(" <>")
    answer = httpx.post(link, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == httpx.codes.OK
    assert "never, only keep it" in buyer.http.get("/saved/searches/").text
    assert mail["Subject"] in buyer.http.get("/account/notifications/").text


def test_a_worker_that_is_killed_while_it_sends_costs_no_mail_and_doubles_none(
    stack: Stack, agent: Visitor, buyer: Visitor
) -> None:
    listing, another = for_sale(agent)[1:3]
    for home in (listing, another):
        press(buyer, f"/saved/homes/{home}/add/", {})

    with silent(stack, "mail"):
        price = reduce(agent, listing)
        stack.wait_until(lambda: is_talking_to_mail(stack))
        stack.kill("alerts-worker")
    # The sweep looks for what is late, and waits for it a little first.
    stack.wait_until(lambda: len(mails(stack, price)) == 1, timeout_s=90)

    other_price = reduce(agent, another)
    stack.wait_until(lambda: len(mails(stack, other_price)) == 1)
    assert len(mails(stack, price)) == 1


def mails(stack: Stack, word: str) -> list[EmailMessage]:
    """Return the buyer's mails whose subject holds the word; others keep homes, too."""
    files = (stack.home / "mail").glob("*.eml")
    every = (message_from_bytes(each.read_bytes(), policy=policy.default) for each in files)
    return [mail for mail in every if mail["To"] == BUYER and word in mail["Subject"].split()]


def press(buyer: Visitor, path: str, words: dict[str, str]) -> None:
    """Send a form of the buyer's."""
    buyer.http.get("/account/notifications/")
    token = {"csrfmiddlewaretoken": buyer.http.cookies["csrftoken"]}
    assert buyer.http.post(path, data=token | words).status_code == httpx.codes.FOUND


def for_sale(agent: Visitor) -> list[int]:
    """Return the agent's homes that are for sale: other tests may have ended some sales."""
    homes = agent.own_listings()
    return [home for home in homes if agent.edit_form(home)["status"] == "active"]


def put_on_the_market(agent: Visitor, listing: int) -> None:
    """Take a home off the market and put it back."""
    for status in ("withdrawn", "active"):
        agent.submit_edit(listing, agent.edit_form(listing) | {"status": status})


def reduce(agent: Visitor, listing: int) -> str:
    """Ask a little less; return the price as a subject says it."""
    form = agent.edit_form(listing)
    price = int(form["price"]) - 137
    agent.submit_edit(listing, form | {"price": str(price)})
    return f"${price:,}"


@contextmanager
def silent(stack: Stack, service: str) -> Iterator[None]:
    """Have a service take connections and say nothing for the time of the block."""
    pid = stack.pid(service)
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def is_talking_to_mail(stack: Stack) -> bool:
    """Tell whether the worker has a connection to the mail server."""
    port = int(stack.environment()["EMAIL_URL"].rpartition(":")[2])
    return any(
        each.raddr and each.raddr.port == port
        for worker in stack.family("alerts-worker")[1:]
        for each in worker.net_connections("tcp")
    )
