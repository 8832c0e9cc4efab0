"""The search with every feature beyond the monolith's on: by keyboard, without a complaint.

Served by the search alone, from an index of the test's own, with the site's own stylesheet.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from socketserver import ThreadingMixIn
from threading import Thread
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from openfeature import api
from playwright.sync_api import Page, Route, expect
from pytest_django import Settings

from consumers.runtime.web.identity import COOKIE
from consumers.search import features
from consumers.search.features import Feature
from stack.environment import ROOT
from tests.consumers.changes import row
from tests.consumers.conftest import SearchLine, browser_of_search, signed

pytestmark = pytest.mark.stack

_NOTIFICATIONS_SCRIPT = ROOT / "consumers/notifications/site/scripts/unread.js"


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    """Answers without telling of it."""

    def log_message(self, format: str, *arguments: object) -> None:
        pass


@pytest.fixture
def site_url(tmp_path: Path, settings: Settings) -> Iterator[str]:
    line = SearchLine(tmp_path / "index")
    for number in range(1, 31):
        kitchen = "kitchen" if number < 3 else "porch"
        line.save(
            row(
                id=number,
                title=f"Sunny brick ranch, number {number}",
                neighbourhood=("Old West End", "Vistula")[number % 2],
                price=100_000 + 1000 * number,
                description=f"A home with a {kitchen} & more.",
            )
        )
    line.run()
    browser_of_search(settings, line)
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    api.set_provider(features.switched_on(Feature), "search")
    with make_server("127.0.0.1", 0, StaticFilesHandler(WSGIHandler()), Server, Quiet) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
    features.use_settings()
    line.close()


def test_a_typing_person_is_offered_words_and_led_to_what_was_meant_and_back(page: Page) -> None:
    page.goto("/search")
    words = page.get_by_label("Words")
    words.focus()
    with page.expect_response(re.compile("/api/v1/search/suggestions")):
        page.keyboard.type("vis")
    offered = page.locator("datalist option")
    expect(offered).to_have_count(1)
    expect(offered).to_have_attribute("value", "Vistula")
    expect(offered).to_have_text("place, 15 homes")

    words.fill("kichen")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Showing results for kitchen")).to_be_visible()
    expect(page.locator("mark")).to_have_text(["kitchen", "kitchen"])
    expect(page.get_by_role("region", name=re.compile("Homes like"))).to_be_visible()

    page.get_by_role("link", name="Search instead for kichen").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="No home fits all of that")).to_be_visible()
    expect(page.get_by_label("Words")).to_have_value("kichen")


def test_the_best_match_is_an_order_to_choose(page: Page) -> None:
    page.goto("/search?q=brick")
    order = page.get_by_label("Order")
    expect(order).to_have_value("")
    order.focus()
    page.keyboard.press("ArrowDown")
    page.get_by_role("button", name="Search").click()
    expect(page).to_have_url(re.compile("sort=newest"))


def test_an_area_is_drawn_on_the_map_and_taken_out_again(page: Page) -> None:
    page.goto("/search?view=map")
    page.get_by_role("button", name="Draw an area").click()
    drawing = page.locator("[data-map] svg")
    found = drawing.bounding_box()
    assert found is not None
    for across, down in ((0.1, 0.1), (0.9, 0.1), (0.5, 0.9)):
        place = {"x": across * found["width"], "y": down * found["height"]}
        drawing.click(position=place)  # type: ignore[arg-type]
    page.get_by_role("button", name="Search in it").click()
    expect(page).to_have_url(re.compile("area="))
    expect(page.get_by_role("status")).to_contain_text("30 homes")
    page.get_by_role("link", name=re.compile("3 corners")).click()
    expect(page).not_to_have_url(re.compile("area="))


def test_a_bar_of_the_prices_leads_to_its_homes(page: Page) -> None:
    page.goto("/search")
    page.get_by_role("link", name="$125,000 to $149,999: 6 homes").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("6 homes")
    expect(page.get_by_label("Price from ($)")).to_have_value("125000")


@pytest.mark.parametrize(
    "path",
    [
        *("/search", "/search?q=kichen&explain=1", "/search?q=xylophone", "/search?view=map"),
        "/search?view=map&wall=Brick&area=41.6,-83.6;41.7,-83.6;41.66,-83.4",
    ],
)
def test_the_wider_page_is_for_everybody(page: Page, site_url: str, path: str) -> None:
    page.route("**/notifications/unread.js", _notifications_script)
    staff = signed(sub="u:1", name="Ada", staff=True)
    page.context.add_cookies([{"name": COOKIE, "value": staff, "url": site_url}])
    page.goto(path)
    if "explain" in path:
        expect(page.get_by_role("heading", name="How this search was read")).to_be_visible()
    found = Axe().run(page).response["violations"]
    assert [each["id"] for each in found if each["impact"] in ("serious", "critical")] == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def _notifications_script(route: Route) -> None:
    """Answer for the neighbour, whose script every page of a person names."""
    route.fulfill(path=_NOTIFICATIONS_SCRIPT, content_type="text/javascript")
