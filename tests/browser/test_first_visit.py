"""The first hour at the site, without an address typed after the first or a word of help.

A stranger finds a home, joins, keeps what they found and asks; then an agent lists a home and
lowers its price, and whoever comes next sees it.
"""

import re
import uuid
from collections.abc import Mapping
from urllib.parse import quote_plus

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_accounts import mailed_path
from tests.running_stack import Stack

pytestmark = pytest.mark.stack

_WORDS = "brick garage"
_PASSWORD = "a long walk by the river"
_FACTS = {"Stories": "One", "Walls": "Brick", "Garage": "Carport"}


def test_a_person_finds_a_home_and_asks_and_an_agent_sells_another(
    page: Page, stack: Stack
) -> None:
    page.goto("/")
    search(page, "What are you looking for?", _WORDS)
    home = open_first_home(page)
    join(page, stack)
    # Back where the wish to join arose.
    expect(page.get_by_role("heading", level=1)).to_have_text(home)
    keep_home(page, home)
    keep_search(page, home)
    ask(page)
    log_out(page)

    log_in_as_agent(page)
    # A name that no other home has, of letters only, as names are.
    title = "House " + uuid.uuid4().hex.translate(str.maketrans("0123456789", "ghijklmnop"))[:12]
    list_home(page, title)
    find_home(page, title, "$123,456")
    lower_price(page)
    find_home(page, title, "$119,000")
    log_out(page)
    find_home(page, title, "$119,000")


def search(page: Page, field: str, words: str) -> None:
    page.get_by_label(field).fill(words)
    page.get_by_role("button", name="Search").click()
    expect(page).to_have_url(re.compile(f"/search.*q={re.escape(quote_plus(words))}"))


def search_again(page: Page, words: str) -> None:
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Search").click()
    search(page, "Words", words)


def open_first_home(page: Page) -> str:
    """Open what was found first and return its title."""
    results = page.get_by_role("region", name="Results")
    first = results.get_by_role("heading", level=2).get_by_role("link").first
    title = first.inner_text()
    first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    return title


def join(page: Page, stack: Stack) -> None:
    """Make an account on the way from a home that one would like to keep."""
    address = f"{uuid.uuid4().hex[:12]}@example.org"
    page.get_by_role("main").get_by_role("link", name="Log in").first.click()
    page.get_by_role("main").get_by_role("link", name="Create an account").click()
    fill(page, {"E-mail address": address})
    page.get_by_role("button", name="Send me a link").click()
    expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()
    page.goto(mailed_path(stack, address))
    page.get_by_label("Your name").fill("Nora Newcomer")
    for field in page.get_by_label("password").all():
        field.fill(_PASSWORD)
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("link", name="Nora Newcomer")).to_be_visible()


def keep_home(page: Page, home: str) -> None:
    page.get_by_role("button", name="Add to favourites").click()
    expect(page.get_by_role("status")).to_contain_text("among your favourites")
    page.get_by_role("link", name="See your favourites").click()
    expect(page.get_by_role("main").get_by_role("link", name=home, exact=True)).to_be_visible()


def keep_search(page: Page, home: str) -> None:
    """Save the search that found the home; end on the home's page."""
    search_again(page, _WORDS)
    page.get_by_role("link", name="Save this search").click()
    fill(page, {"Name": "Brick, with a garage"})
    page.get_by_role("button", name="Save the search").click()
    expect(page.get_by_role("status")).to_contain_text("Your search is saved")
    page.get_by_role("link", name="Brick, with a garage", exact=True).click()
    page.get_by_role("link", name=home, exact=True).first.click()


def ask(page: Page) -> None:
    fill(page, {"Your message": "Does the garage take two cars?"})
    page.get_by_role("button", name="Send to the agent").click()
    expect(page.get_by_role("status")).to_contain_text("on its way to the agent")
    page.get_by_role("link", name="Saved", exact=True).click()
    page.get_by_role("link", name="Enquiries").click()
    expect(page.get_by_role("main")).to_contain_text("Does the garage take two cars?")


def log_out(page: Page) -> None:
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("link", name="Log in")).to_be_visible()


def log_in_as_agent(page: Page) -> None:
    page.get_by_role("link", name="Log in").click()
    fill(page, {"Username or e-mail address": "agent", "Password": "agent"})
    page.get_by_role("button", name="Log in").click()


def list_home(page: Page, title: str) -> None:
    """Go through the steps, leave the photos out, and publish."""
    page.get_by_role("link", name="My listings").click()
    page.get_by_role("main").get_by_role("link", name="List a home").first.click()
    address = {"Street address": "12 Elm Street", "Neighbourhood": "Arrowhead Park"}
    send(page, address | {"ZIP code": "43614"})
    for field, word in _FACTS.items():
        page.get_by_label(field, exact=True).select_option(word)
    send(page, {"Bedrooms": "3"})
    send(page, {"Title": title, "Description": "Brick, on a quiet street."})
    send(page, {"Price (USD)": "123456"})
    page.get_by_role("link", name="Continue").click()
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def find_home(page: Page, title: str, price: str) -> None:
    """Find it by its title alone, and read its price there and on its page."""
    search_again(page, title)
    expect(page.get_by_role("region", name="Results")).to_contain_text(price)
    assert open_first_home(page) == title
    expect(page.get_by_role("main")).to_contain_text(price)


def lower_price(page: Page) -> None:
    page.get_by_role("link", name="Edit this listing").click()
    fill(page, {"Price (USD)": "119000"})
    page.get_by_role("button", name="Save changes").click()
    page.get_by_role("link", name="See the listing").click()
    expect(page.get_by_role("main")).to_contain_text(
        re.compile(r"\$119,000 reduced from \$123,456")
    )


def send(page: Page, answers: Mapping[str, str]) -> None:
    fill(page, answers)
    page.get_by_role("button", name="Save and continue").click()


def fill(page: Page, answers: Mapping[str, str]) -> None:
    for field, answer in answers.items():
        page.get_by_label(field).fill(answer)
