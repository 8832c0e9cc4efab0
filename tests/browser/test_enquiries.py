"""From a home's page to its agent: a question and its answer, an hour to see the home."""

import uuid
from email import message_from_bytes, policy

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.test_site import log_in
from tests.running_stack import Stack

pytestmark = pytest.mark.stack


def log_out(page: Page) -> None:
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("link", name="Log in")).to_be_visible()


def check_for_everybody(page: Page) -> None:
    """Nothing keeps people with disabilities out, and nothing is wider than the window."""
    found = Axe().run(page).response["violations"]
    assert [each["id"] for each in found if each["impact"] in ("serious", "critical")] == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def mails_to(stack: Stack, address: str) -> list[str]:
    files = (stack.home / "mail").glob("*.eml")
    mails = [message_from_bytes(each.read_bytes(), policy=policy.default) for each in files]
    bodies = [mail.get_body() for mail in mails if mail["To"] == address]
    return [body.get_content() for body in bodies if body is not None]


def test_a_visitor_finds_a_home_and_asks_and_its_agent_answers(page: Page, stack: Stack) -> None:
    log_in(page, "agent")
    page.goto("/agent/")
    home = page.locator("tr:has(.badge.active) td a").first.get_attribute("href")
    assert home is not None
    log_out(page)
    name = f"Vera {uuid.uuid4().hex[:8]}"
    address = f"{name.lower().replace(' ', '-')}@example.org"

    page.goto("/search")
    page.locator(".card h2 a").first.click()
    expect(page.get_by_role("heading", name="Ask about this home")).to_be_visible()
    # On to a home whose agent can log in here.
    page.goto(home)
    check_for_everybody(page)
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Your e-mail address").fill(address)
    page.get_by_label("Your message").fill(" ")
    page.get_by_role("button", name="Send to the agent").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was sent")
    expect(page.get_by_label("Your name")).to_have_value(name)
    check_for_everybody(page)
    page.get_by_label("Your message").fill("Is the porch new?")
    page.get_by_role("button", name="Send to the agent").click()
    expect(page.get_by_role("status")).to_contain_text("on its way to the agent")

    log_in(page, "agent")
    page.goto("/agent/")
    page.get_by_role("link", name="Enquiries").click()
    check_for_everybody(page)
    page.get_by_role("link", name=f"Open the enquiry of {name}").click()
    page.get_by_label("Your answer").fill("It was built last year.")
    page.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_role("status")).to_contain_text("Your answer is sent")
    check_for_everybody(page)
    stack.wait_until(lambda: any("built last year" in text for text in mails_to(stack, address)))


def test_a_member_asks_for_an_hour_and_calls_it_off(page: Page) -> None:
    log_in(page, "user")
    page.goto("/search")
    page.locator(".card h2 a").first.click()
    page.get_by_role("link", name="Ask for a viewing").click()
    check_for_everybody(page)
    page.get_by_label("When would you like to come?").select_option(index=3)
    page.get_by_role("button", name="Ask for this time").click()

    expect(page.get_by_role("heading", name="My viewings")).to_be_visible()
    expect(page.get_by_role("status")).to_contain_text("Your viewing is asked for")
    check_for_everybody(page)
    page.get_by_role("button", name="Cancel the viewing").first.click()
    expect(page.get_by_role("status")).to_contain_text("The viewing is cancelled")
