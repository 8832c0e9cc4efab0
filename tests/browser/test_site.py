"""What people do on the site, in a browser: find a home, read about it, change one's own."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.route import Route
from tests.running_stack import Stack

pytestmark = pytest.mark.stack


def log_in(page: Page, name: str) -> None:
    """Log in as one of the demo accounts."""
    page.goto("/accounts/login/")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(name)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("button", name="Log out")).to_be_visible()


def test_a_visitor_searches_from_the_front_page_and_opens_a_home(page: Page) -> None:
    page.goto("/")
    page.get_by_label("What are you looking for?").fill("brick ranch")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("heading", name="Find a home")).to_be_visible()
    expect(page.get_by_label("Words")).to_have_value("brick ranch")

    page.get_by_label("Bedrooms, at least").fill("3")
    page.get_by_role("button", name="Search").click()
    first = page.locator(".card h2 a").first
    # Tests of the line may have changed words; the address in the link never changes.
    number = str(first.get_attribute("href")).split("/")[2].split("-")[0]
    first.click()

    expect(page).to_have_url(re.compile(rf"/homes/{number}-"))
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_a_mistake_in_a_filter_is_explained_beside_it(page: Page) -> None:
    page.goto("/search?price_min=-5")

    expect(page.locator("main")).to_contain_text("0")
    expect(page.get_by_label("Price from ($)")).to_have_value("-5")
    expect(page.locator(".errorlist")).to_be_visible()


def test_a_search_without_results_helps_on(page: Page) -> None:
    page.goto("/search?q=xylophone+submarine")

    expect(page.get_by_role("heading", name="No home fits all of that")).to_be_visible()
    page.get_by_role("link", name="Start again").click()
    expect(page.get_by_role("heading", name="Find a home")).to_be_visible()


def test_an_agent_changes_a_price_and_finds_it_in_the_search(page: Page) -> None:
    log_in(page, "agent")
    page.get_by_role("link", name="My listings").click()
    for_sale = page.get_by_role("row").filter(has_text="For sale")
    for_sale.get_by_role("link", name="Edit").first.click()
    field = page.get_by_label("Price (USD)")
    price = int(field.input_value()) + 3
    field.fill(str(price))
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_text("saved", exact=False).first).to_be_visible()

    page.goto(f"/search?price_min={price}&price_max={price}&status=any")

    expect(page.locator("main")).to_contain_text(f"${price:,}")


def test_the_page_looks_the_same_from_either_side(
    page: Page, search_route: Route, stack: Stack
) -> None:
    log_in(page, "user")
    pictures = []
    for stage in ("monolith", "cutover"):
        search_route.set("--stage", stage, "--force")
        answer = page.goto("/search?q=porch&sort=price_asc")
        assert answer is not None
        assert answer.headers["x-served-by"] == ("monolith" if stage == "monolith" else "search")
        pictures.append(page.screenshot(full_page=True))

    assert pictures[0] == pictures[1]


def test_a_keyboard_reaches_the_content_first(page: Page) -> None:
    page.goto("/search")
    page.keyboard.press("Tab")

    expect(page.locator(":focus")).to_contain_text("Skip")


@pytest.mark.parametrize("path", ["/", "/search", "/search?price_min=x", "/accounts/login/"])
def test_nothing_keeps_people_with_disabilities_out(page: Page, path: str) -> None:
    page.goto(path)

    found = Axe().run(page).response["violations"]

    serious = [each["id"] for each in found if each["impact"] in ("serious", "critical")]
    assert serious == []


def test_staff_find_their_tools_under_the_sites_strict_policy(page: Page) -> None:
    log_in(page, "staff")
    page.goto("/admin/listings/listing/")
    expect(page.get_by_role("heading", name="Select listing to change")).to_be_visible()
    page.goto("/admin/listings/listing/1/change/")

    expect(page.get_by_role("button", name="Save", exact=True)).to_be_visible()


@pytest.mark.parametrize("path", ["/", "/search"])
def test_nothing_is_wider_than_the_window(page: Page, path: str) -> None:
    page.goto(path)

    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
