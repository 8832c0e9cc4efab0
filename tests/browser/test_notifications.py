"""One's own page of notifications and the link that ends a kind of letter, served by the service.

Reached through the gateway, on a desk and on a phone.
"""

from uuid import uuid4

import psycopg
import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.signing import Signer
from playwright.sync_api import Locator, Page, expect

from tests.browser.test_site import log_in
from tests.running_stack import Stack

pytestmark = pytest.mark.stack

NEW_ITEM = """
INSERT INTO notifications_ledger_feeditem (notification_id, account_id, subject, path, made_at)
VALUES (%s, %s, 'Brick ranch: now $185,000', '/search?q=ranch', now())
"""
DIGESTS = "my saved searches, once a day or a week"


@pytest.fixture
def person(page: Page, stack: Stack) -> int:
    """Be the demo user, and say the number of their account."""
    log_in(page, "user")
    with psycopg.connect(stack.environment()["MONOLITH_DATABASE_URL"]) as monolith:
        asked = "SELECT id FROM accounts_user WHERE username = 'user'"
        ((number,),) = monolith.execute(asked).fetchall()
    return int(number)


def test_kinds_are_chosen_by_channel(page: Page, person: int) -> None:
    answer = page.goto("/notifications/")
    assert answer is not None
    assert answer.headers["x-served-by"] == "notifications"
    kind = group(page, "lower prices of my favourite homes")
    expect(kind.get_by_label("by mail")).to_be_checked()
    expect(kind.get_by_label("on this page")).not_to_be_checked()
    assert barriers(page) == []

    kind.get_by_label("on this page").check()
    page.get_by_role("button", name="Save").click()
    expect(kind.get_by_label("on this page")).to_be_checked()
    kind.get_by_label("on this page").uncheck()
    page.get_by_role("button", name="Save").click()
    expect(kind.get_by_label("on this page")).not_to_be_checked()
    expect(kind.get_by_label("by mail")).to_be_checked()


def test_hours_and_limits_are_said_and_a_mistake_is_explained_beside_it(
    page: Page, person: int
) -> None:
    page.goto("/notifications/")
    page.get_by_role("link", name="here").click()
    expect(page.get_by_role("heading", name="When we write to you")).to_be_visible()
    assert barriers(page) == []

    page.get_by_label("No mails from").fill("22:00")
    page.get_by_label("until").fill("")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".errorlist")).to_contain_text("Say both when the quiet begins")
    assert barriers(page) == []

    page.get_by_label("My time zone").select_option("America/Los_Angeles")
    page.get_by_label("until").fill("07:30")
    page.get_by_label("Mails a day, at most").fill("5")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Notifications", level=1)).to_be_visible()

    page.goto("/notifications/hours")
    expect(page.get_by_label("My time zone")).to_have_value("America/Los_Angeles")
    expect(page.get_by_label("until")).to_have_value("07:30")
    for label in ("No mails from", "until", "Mails a day, at most"):
        page.get_by_label(label).fill("")
    page.get_by_label("My time zone").select_option("America/New_York")
    page.get_by_role("button", name="Save").click()
    expect(page).to_have_url("/notifications/")


def test_what_is_new_is_marked_and_counted_until_it_was_seen(
    page: Page, person: int, stack: Stack
) -> None:
    with psycopg.connect(stack.environment()["NOTIFICATIONS_DATABASE_URL"]) as service:
        service.execute(NEW_ITEM, [uuid4(), person])
    assert unread(page) == 1

    page.goto("/notifications/")
    new = page.locator("main strong")
    expect(new).to_have_text("Brick ranch: now $185,000")
    expect(page.get_by_role("heading", name="What is new (1 unread)")).to_be_visible()
    assert barriers(page) == []
    assert unread(page) == 0

    new.click()
    expect(page.get_by_role("heading", name="Find a home")).to_be_visible()
    page.goto("/notifications/")
    expect(new).to_have_count(0)


@pytest.mark.parametrize("path", ["/notifications/hours", "/search", "/saved/"])
def test_every_pages_header_says_what_is_new_without_being_loaded_again(
    page: Page, person: int, stack: Stack, path: str
) -> None:
    page.goto("/notifications/")
    page.clock.install()
    with page.expect_response("**/notifications/feed"):
        page.goto(path)
    news = page.get_by_role("link", name="1 new notification")
    expect(news).to_have_count(0)

    with psycopg.connect(stack.environment()["NOTIFICATIONS_DATABASE_URL"]) as service:
        service.execute(NEW_ITEM, [uuid4(), person])
    with page.expect_response("**/notifications/feed"):
        page.clock.run_for(31_000)
    expect(news).to_have_text("1 new")
    assert barriers(page) == []

    news.click()
    expect(page.locator("main strong")).to_have_text("Brick ranch: now $185,000")
    expect(news).to_have_count(0)


def test_a_letters_link_asks_before_it_acts_and_needs_no_log_in(
    page: Page, person: int, stack: Stack
) -> None:
    link = f"/unsubscribe/n/{token(stack, f'{person}.digest')}"
    by_mail = group(page, DIGESTS).get_by_label("by mail")
    page.goto(link)
    expect(page.get_by_role("heading", name="Unsubscribe")).to_be_visible()
    assert barriers(page) == []
    page.goto("/notifications/")
    expect(by_mail).to_be_checked()

    cookies = page.context.cookies()
    page.context.clear_cookies()
    page.goto(link)
    page.get_by_role("button", name="Write to me no more").click()
    expect(page.get_by_role("heading", name="You are unsubscribed")).to_be_visible()
    expect(page.locator("main")).to_contain_text(DIGESTS)
    assert barriers(page) == []

    page.context.add_cookies(cookies)  # type: ignore[arg-type]
    page.goto("/notifications/")
    expect(by_mail).not_to_be_checked()
    by_mail.check()
    page.get_by_role("button", name="Save").click()
    expect(by_mail).to_be_checked()


def test_a_link_that_was_cut_says_what_to_do(page: Page) -> None:
    page.goto("/unsubscribe/n/7.price:cut")
    expect(page.get_by_role("heading", name="Link not valid")).to_be_visible()
    assert barriers(page) == []


def group(page: Page, kind: str) -> Locator:
    return page.get_by_role("group", name=f"Tell me about {kind}")


def unread(page: Page) -> int:
    return int(page.request.get("/notifications/feed").json()["unread"])


def token(stack: Stack, subscription: str) -> str:
    """Sign as the service signs its letters' links."""
    key = stack.environment()["NOTIFICATIONS_SECRET_KEY"]
    return Signer(key=key, salt="notifications.unsubscribe").sign(subscription)


def barriers(page: Page) -> list[str]:
    """Return what keeps somebody out of the page as it is."""
    found = Axe().run(page).response["violations"]
    serious = [each["id"] for each in found if each["impact"] in ("serious", "critical")]
    is_wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    return [*serious, *(["wider than the window"] if is_wide else [])]
