"""A real browser at the running site, on a desk and on a phone."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, ViewportSize, sync_playwright

from stack.environment import ROOT
from tests.browser.finding import find
from tests.running_stack import Stack

SCREENSHOTS = ROOT / "var" / "screenshots"

# A browser that asks for nothing but the site: no updates, no look-ups at its maker's.
_FLAGS = (
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_WIDTHS: dict[str, ViewportSize] = {
    "desk": {"width": 1280, "height": 900},
    "phone": {"width": 390, "height": 844},
}


@pytest.fixture(scope="session")
def browser_path() -> Path:
    """Return a browser's path; without one the tests are skipped, and in CI they fail."""
    path = find()
    if path is None:
        message = "No Chromium or Chrome was found, and none could be installed."
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return path


@contextmanager
def running(path: Path) -> Iterator[Browser]:
    """Run the browser without a window."""
    with sync_playwright() as playwright:
        # Chromium's own sandbox does not work for root, who runs the tests in containers.
        sandbox = os.geteuid() != 0
        browser = playwright.chromium.launch(
            executable_path=path, args=list(_FLAGS), chromium_sandbox=sandbox
        )
        yield browser
        browser.close()


# Not for the whole session: while Playwright runs, Django refuses its database to this thread.
@pytest.fixture(scope="module")
def browser(browser_path: Path) -> Iterator[Browser]:
    with running(browser_path) as browser:
        yield browser


@pytest.fixture
def site_url(stack: Stack) -> str:
    return stack.url("gateway")


@pytest.fixture(params=list(_WIDTHS))
def page(request: pytest.FixtureRequest, browser: Browser, site_url: str) -> Iterator[Page]:
    """Open the site in each width; keep a picture of how the page was left."""
    context = browser.new_context(
        base_url=site_url, viewport=_WIDTHS[request.param], locale="en-US"
    )
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.on("console", lambda said: errors.extend(_complaints(said)))
    yield opened
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"[^\w-]+", "-", request.node.name).strip("-")
    opened.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)
    context.close()
    assert errors == []


def _complaints(said: ConsoleMessage) -> list[str]:
    # That a refused form is answered by 400 is as it should be, and told as a failure to load.
    is_expected = said.text.startswith("Failed to load resource: the server responded")
    return [said.text] if said.type == "error" and not is_expected else []
