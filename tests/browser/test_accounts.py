"""A stranger becomes a member: an address, a mail, a name and a password."""

import re
import uuid
from email import message_from_bytes, policy

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.running_stack import Stack

pytestmark = pytest.mark.stack

_PASSWORD = "a long walk by the river"


def mailed_path(stack: Stack, address: str) -> str:
    """Return the path of the link in the mail to an address, once it is there."""
    found: list[str] = []

    def has_come() -> bool:
        for path in (stack.home / "mail").glob("*.eml"):
            mail = message_from_bytes(path.read_bytes(), policy=policy.default)
            body = mail.get_body()
            if mail["To"] == address and body is not None:
                found.extend(re.findall(r"https?://[^/\s]+(/\S+)", body.get_content()))
        return bool(found)

    stack.wait_until(has_come)
    return found[0]


def test_a_stranger_registers_and_leaves_again(page: Page, stack: Stack) -> None:
    address = f"{uuid.uuid4().hex[:12]}@example.org"
    page.goto("/")
    page.get_by_role("link", name="Create an account").click()
    page.get_by_label("E-mail address").fill(address)
    page.get_by_role("button", name="Send me a link").click()
    page.goto(mailed_path(stack, address))

    page.get_by_label("Your name").fill("Robin Visitor")
    for field in page.get_by_label("password").all():
        field.fill(_PASSWORD)
    page.get_by_role("button", name="Start").click()

    expect(page.get_by_role("link", name="Robin Visitor")).to_be_visible()
    page.get_by_role("link", name="Robin Visitor").click()
    expect(page.locator("main")).to_contain_text(address)
    serious = [
        each["id"]
        for each in Axe().run(page).response["violations"]
        if each["impact"] in ("serious", "critical")
    ]
    assert serious == []

    page.goto("/search")
    expect(page.get_by_role("link", name="Robin Visitor")).to_be_visible()
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("link", name="Log in")).to_be_visible()
