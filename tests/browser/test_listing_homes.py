"""An agent lists a home with a photo, changes its price, and takes it off the market again."""

import io
import re
import uuid

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.test_site import log_in

pytestmark = pytest.mark.stack


def photo(name: str) -> FilePayload:
    """Return a file as the browser's file chooser takes it."""
    written = io.BytesIO()
    Image.effect_noise((1200, 900), 60).convert("RGB").save(written, "JPEG")
    return {"name": f"{name}.jpg", "mimeType": "image/jpeg", "buffer": written.getvalue()}


def assert_accessible(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    assert [each["id"] for each in found if each["impact"] in ("serious", "critical")] == []


def test_an_agent_lists_a_home_with_a_photo_and_changes_its_price(page: Page) -> None:
    street = f"{uuid.uuid4().hex[:8]} Elm Street"
    log_in(page, "agent")
    page.get_by_role("link", name="My listings").click()
    page.get_by_role("main").get_by_role("link", name="List a home").first.click()

    page.get_by_label("Street address").fill(street)
    page.get_by_label("Neighbourhood").fill("arrowhead park")
    page.get_by_label("ZIP code").fill("43614")
    assert_accessible(page)
    page.get_by_role("button", name="Save and continue").click()

    page.get_by_label("Bedrooms").fill("3")
    for field, word in (("Stories", "One"), ("Walls", "Brick"), ("Garage", "Carport")):
        page.get_by_label(field, exact=True).select_option(word)
    page.get_by_role("button", name="Save and continue").click()
    page.get_by_label("Title").fill("Brick ranch near the park")
    page.get_by_label("Description").fill("A quiet street.")
    page.get_by_role("button", name="Save and continue").click()
    page.get_by_label("Price (USD)").fill("123456")
    page.get_by_role("button", name="Save and continue").click()

    page.get_by_label("Add photos").set_input_files([photo("one"), photo("two")])
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_text("2 photos added.")).to_be_visible()
    page.get_by_role("textbox", name="Caption of photo 1").fill("The front")
    page.get_by_role("button", name="Save the caption of photo 1").click()
    assert_accessible(page)
    page.get_by_role("link", name="Continue").click()
    page.get_by_role("button", name="Publish").click()

    expect(page).to_have_url(re.compile(r"/homes/\d+-brick-ranch-near-the-park/"))
    expect(page.get_by_role("img", name="The front")).to_be_visible()
    assert page.evaluate("document.querySelector('.gallery img').naturalWidth") > 0
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert_accessible(page)

    page.get_by_role("link", name="Edit this listing").click()
    page.get_by_label("Price (USD)").fill("120000")
    page.get_by_role("button", name="Save changes").click()
    page.get_by_role("link", name="See the listing").click()
    expect(page.get_by_role("article").get_by_text("reduced from")).to_be_visible()
    page.get_by_role("link", name="Edit this listing").click()
    page.get_by_role("link", name="Withdraw").click()
    page.get_by_role("button", name="Withdraw").click()
    expect(page.get_by_text("is withdrawn.")).to_be_visible()
