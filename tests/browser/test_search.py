"""What people do with the search, in a browser: narrow it, walk the map, keep it."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.stack


def homes(page: Page) -> int:
    """Return how many homes the page says it found."""
    found = re.match(r"[0-9]+", page.locator(".count").inner_text())
    assert found
    return int(found.group())


def test_a_facet_narrows_to_as_many_homes_as_it_says(page: Page) -> None:
    page.goto("/search?q=brick")
    offered = page.locator(".facets li", has_text="4 or more")
    told = int(offered.locator("small").inner_text())
    offered.get_by_role("link").click()

    expect(page.get_by_label("Bedrooms, at least")).to_have_value("4")
    assert homes(page) == told

    page.get_by_role("link", name="Bedrooms, at least: 4").click()
    expect(page.get_by_label("Bedrooms, at least")).to_have_value("")


def test_the_map_is_walked_by_links_and_keeps_the_search(page: Page) -> None:
    page.goto("/search?beds_min=4")
    every = homes(page)
    page.get_by_role("link", name="Show on a map").click()
    for move in ("Zoom in", "North", "Zoom out", "Zoom in"):
        page.get_by_role("link", name=move).click()
    expect(page.get_by_role("link", name="Part of the map")).to_be_visible()
    assert 0 < homes(page) < every

    # A new word is looked for in the same part of the map.
    page.get_by_label("Words").fill("garage")
    page.get_by_role("button", name="Search").click()
    expect(page.locator(".chart svg")).to_be_visible()
    expect(page).to_have_url(re.compile(r"box=4"))

    page.locator(".chart").get_by_role("link", name=re.compile("^1: ")).focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/homes/[0-9]+-"))


def test_a_visitor_logs_in_to_keep_a_search(page: Page) -> None:
    page.goto("/search?near=41.65%2C-83.55&within=2&sort=distance&view=map")
    page.get_by_role("link", name="Save this search").click()
    page.get_by_label("Username").fill("user")
    page.get_by_label("Password").fill("user")
    page.get_by_role("button", name="Log in").click()

    expect(page.get_by_role("heading", name="Save this search")).to_be_visible()
    expect(page.locator("main")).to_contain_text("2 miles")


@pytest.mark.parametrize(
    "path",
    [
        "/search?view=map",
        "/search?near=41.65,-83.55&within=1&sort=distance&view=map",
        "/search?q=xylophone&beds_min=2",
        "/search?box=2,1,1,2&near=x",
    ],
)
def test_every_form_of_the_search_is_for_everybody(page: Page, path: str) -> None:
    page.goto(path)

    found = Axe().run(page).response["violations"]

    assert [each["id"] for each in found if each["impact"] in ("serious", "critical")] == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
