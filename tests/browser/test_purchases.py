"""Two people and a home: from the offer over deposit, escrow and documents to the keys."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_site import log_in
from tests.running_stack import Stack

pytestmark = pytest.mark.stack


def sign_all(page: Page) -> None:
    """Sign every document as who is logged in."""
    name = page.locator(".account .name").inner_text()
    for kind in ("Purchase agreement", "Disclosure"):
        page.get_by_role("link", name=kind).click()
        page.get_by_label("Your name").fill(name)
        page.get_by_role("button", name="Sign").click()
        expect(page.get_by_role("heading", name="Purchase no.")).to_be_visible()


def test_a_home_is_sold_from_the_offer_to_the_keys(
    page: Page, browser: Browser, stack: Stack
) -> None:
    office = browser.new_page(base_url=stack.url("gateway"), viewport=page.viewport_size)
    log_in(office, "agent")
    office.goto("/agent/")
    is_for_sale = office.get_by_role("button", name=re.compile("as pending$"))
    row = office.get_by_role("row").filter(has=is_for_sale).first
    home = str(row.get_by_role("link").first.get_attribute("href"))

    log_in(page, "user")
    page.goto(home)
    page.get_by_role("link", name="Make an offer").click()
    page.get_by_label("Your offer (USD)").fill("123456")
    page.get_by_role("button", name="Send the offer").click()
    expect(page.get_by_role("button", name="Withdraw the offer")).to_be_visible()

    office.get_by_role("link", name="Offers", exact=True).click()
    office.get_by_role("link", name=re.compile("^Offer .* by Uma Visitor")).first.click()
    office.get_by_role("button", name="Accept the offer").click()
    expect(office.get_by_text("The home's sale is pending.")).to_be_visible()

    page.reload()
    page.get_by_label("Reference of your payment").fill("Wire 4711")
    page.get_by_role("button", name="The deposit is paid").click()
    office.reload()
    office.get_by_role("button", name="The deposit is in escrow").click()
    page.reload()
    sign_all(page)
    office.reload()
    sign_all(office)
    office.get_by_role("button", name="Complete the purchase").click()
    expect(office.get_by_text("The home is sold.")).to_be_visible()
    office.context.close()

    page.goto("/saved/")
    page.get_by_role("link", name="My offers").click()
    page.get_by_role("row").filter(has_text="$123,456").get_by_role("link").first.click()
    expect(page.get_by_text("the purchase is complete.")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    serious = [
        each["id"]
        for each in Axe().run(page).response["violations"]
        if each["impact"] in ("serious", "critical")
    ]
    assert serious == []
    page.goto(home)
    expect(page.get_by_text("Sold", exact=True).first).to_be_visible()
    expect(page.get_by_role("link", name="Make an offer")).to_have_count(0)
