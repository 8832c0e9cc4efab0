"""The service's letters in a browser, as a mail program shows their HTML, on a desk and on a phone.

Written as the worker writes them, of rows of the test's own; no server is asked for anything.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from consumers.notifications.channels.port import Letter
from consumers.notifications.deciding import digests, messages
from consumers.notifications.ledger.models import Notification
from consumers.notifications.models import Home, Message
from consumers.notifications.pacing import together
from consumers.notifications.pacing.models import Rhythm
from consumers.notifications.sending import letters
from consumers.notifications.sending.about import About
from tests.browser.conftest import running
from tests.consumers.notifications.conftest import World, reduced_home
from tests.consumers.notifications.deciding.test_digests import another, asks, digest
from tests.consumers.notifications.deciding.test_messages import AGENT, ASKER
from tests.consumers.notifications.pacing.test_together import held_matches
from tests.consumers.notifications.telling import OURS

pytestmark = [pytest.mark.stack, pytest.mark.django_db]

# What could ask for something, or run.
ACTIVE = "script, link, img, iframe, object, embed, form, video, audio, base, [src], [onload]"
SMALLEST = """
Math.min(...[...document.querySelectorAll("body *")].map(
  (each) => parseFloat(getComputedStyle(each).fontSize)))
"""
_LINK = re.compile(r"https?://\S+")


# What happened, and to whom of both it is told.
MESSAGES = {
    "enquiry": ("enquiry", "sent", AGENT),
    "answer": ("enquiry", "answered", ASKER),
    "request": ("viewing", "requested", AGENT),
    "viewing": ("viewing", "confirmed", ASKER),
}


@pytest.fixture(params=["match", "matches", "price", "status", "digest", *MESSAGES])
def letter(request: pytest.FixtureRequest, db: None) -> Letter:
    """Write a letter of each kind."""
    world = reduced_home()
    match request.param:
        case "match":
            planned = world.seeker(1, q="brick & porch", price_max=200_000, beds_min=3)
        case "matches":
            planned = held_matches(world, neighbourhood="Maumee")[0]
            assert together.gather(planned, timezone.now())
        case name if name in MESSAGES:
            planned = _message(world, *MESSAGES[name])
        case "digest":
            planned = _overview(world)
        case "status":
            Home.objects.update(status="pending")
            planned = world.plan(1, "status")
        case _:
            planned = world.keeper(1)
    return letters.write(About(planned), needs_address=False)


@pytest.fixture
def browser(browser_path: Path, letter: Letter) -> Iterator[Browser]:
    """Run a browser for each letter once it is written: Django refuses its database beside one."""
    with running(browser_path) as browser:
        yield browser


@pytest.fixture
def site_url() -> str:
    """Take the place of the site, which the letters do not need."""
    return "http://127.0.0.1:8000"


def test_a_letter_is_readable_and_asks_for_nothing(letter: Letter, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.set_content(letter.html, wait_until="networkidle")

    expect(page).to_have_title(letter.subject)
    expect(page.get_by_text("Hello,")).to_be_visible()
    expect(page.get_by_text(re.compile("Brick ranch|Ranch 0")).first).to_be_visible()
    assert page.locator(ACTIVE).count() == 0
    assert asked == []
    assert "url(" not in letter.html
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    # Lines of a length that an eye can follow, in letters that it need not enlarge.
    width = page.locator("p").first.evaluate("each => each.getBoundingClientRect().width")
    assert 300 < width < 700
    assert page.evaluate(SMALLEST) >= 13
    found = Axe().run(page).response["violations"]
    assert [each["id"] for each in found if each["impact"] in ("serious", "critical")] == []


def test_the_plain_text_says_the_same(letter: Letter, page: Page) -> None:
    page.set_content(letter.html)

    assert words(page.locator("body").inner_text()) == words(_LINK.sub("", letter.text))
    links = {str(each.get_attribute("href")) for each in page.locator("a").all()}
    assert links == {link.rstrip(")") for link in _LINK.findall(letter.text)}
    assert len(links) >= 2


def words(text: str) -> set[str]:
    return set(re.findall(r"[\w$]+", text))


def _message(world: World, kind: str, what: str, account_id: int) -> Notification:
    """Plan what is told to one side of an enquiry, or of a viewing, far from the home's clock."""
    Rhythm.objects.create(account_id=account_id, zone="America/Los_Angeles")
    message = Message.objects.create(
        event_id=f"{kind}-{what}",
        kind=kind,
        what=what,
        number=31,
        version=1,
        listing_id=world.home.pk,
        agent_id=AGENT,
        account_id=ASKER,
        starts_at=timezone.now() + timedelta(days=2) if kind == "viewing" else None,
        happened_at=timezone.now(),
        handled_by=OURS.text(),
    )
    return next(each for each in messages.plan(message) if each.account_id == account_id)


def _overview(world: World) -> Notification:
    """Plan an overview of two searches, the second of which has one more home."""
    asks(1, 1, wall="Brick")
    asks(2, 1, price_max=300_000)
    another(world, 21, "published", 60, title="A < B & C", price=90_000, wall="Wood")
    due = digest()
    world.change.happened_at = due.slot - timedelta(hours=1)
    world.change.save()
    (planned,) = digests.plan(due)
    return planned
