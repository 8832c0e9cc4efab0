"""What every main page owes whoever opens it: little to load, nothing that jumps, no barrier.

Walked as a stranger, as a member and as an agent, on a desk and on a phone.
"""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Response, expect

from tests.browser.test_site import log_in

pytestmark = pytest.mark.stack

BUDGET = 100_000
PAGES = {
    "": ("/", "/search", "/search?price_min=x", "/api/v1/docs", "/accounts/register/"),
    "user": (
        *("/account/", "/account/notifications/", "/saved/", "/saved/searches/"),
        *("/saved/searches/new", "/saved/enquiries/", "/saved/viewings/", "/saved/offers/"),
    ),
    "agent": (
        *("/agent/", "/agent/prices/", "/agent/listings/new/", "/agent/enquiries/"),
        *("/agent/viewings/", "/agent/offers/"),
    ),
}
# Sums what moves without anybody having asked for it, from the first paint on.
WATCH_SHIFTS = """
window.shifted = 0;
new PerformanceObserver((list) => {
  for (const each of list.getEntries()) if (!each.hadRecentInput) window.shifted += each.value;
}).observe({type: "layout-shift", buffered: true});
"""


@pytest.mark.parametrize("name", list(PAGES))
def test_nothing_keeps_anybody_out_of_a_main_page(page: Page, name: str) -> None:
    if name:
        log_in(page, name)
    found = {}
    for path in (*PAGES[name], first_home(page)):
        page.goto(path)
        violations = Axe().run(page).response["violations"]
        serious = [v["id"] for v in violations if v["impact"] in ("serious", "critical")]
        is_wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        found[path] = [*serious, *(["wider than the window"] if is_wide else [])]
    assert {path: wrong for path, wrong in found.items() if wrong} == {}


def test_the_main_pages_are_small_and_nothing_in_them_jumps(page: Page) -> None:
    page.add_init_script(WATCH_SHIFTS)
    paths = ("/", "/search", first_home(page))
    seen: list[Response] = []
    page.on("response", lambda got: seen.append(got))
    for path in paths:
        seen.clear()
        page.goto(path, wait_until="networkidle")
        assert 5_000 < sum(weight(got) for got in seen) < BUDGET, path
        page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
        assert page.evaluate("window.shifted") < 0.01, path


def test_a_keyboard_finds_its_way_and_sees_where_it_is(page: Page) -> None:
    page.goto("/search")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    style = "getComputedStyle(document.activeElement)"
    assert page.evaluate(f"{style}.outlineStyle") != "none"


def test_a_mistake_in_a_form_is_announced(page: Page) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("Username").fill("nobody")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("alert")).to_be_visible()


def first_home(page: Page) -> str:
    page.goto("/search")
    return str(page.locator(".card h2 a").first.get_attribute("href"))


def weight(got: Response) -> int:
    """Return the bytes of a page or a stylesheet; pictures have no budget here."""
    is_counted = got.ok and got.request.resource_type in ("document", "stylesheet")
    return len(got.body()) if is_counted else 0
