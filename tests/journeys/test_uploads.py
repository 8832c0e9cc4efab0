"""Photos through the gateway: what may be sent arrives, and what is too much is told in words."""

import io

import httpx
import pytest
from PIL import Image

from stack.visitor import Visitor
from tests.running_stack import Stack

pytestmark = pytest.mark.stack


def sent(agent: Visitor, listing: int, content: bytes) -> httpx.Response:
    """Upload a file as the page's form does."""
    token = agent.edit_form(listing)["csrfmiddlewaretoken"]
    return agent.http.post(
        f"/agent/listings/{listing}/photos/",
        data={"csrfmiddlewaretoken": token},
        files={"photos": ("home.png", content, "image/png")},
        timeout=60,
    )


def noise(side: int) -> bytes:
    """Return a picture that no format makes small."""
    written = io.BytesIO()
    Image.effect_noise((side, side), 90).save(written, "PNG")
    return written.getvalue()


def test_a_photo_of_nearly_the_allowed_size_is_on_the_homes_page(
    stack: Stack, agent: Visitor
) -> None:
    listing = agent.own_listings()[1]
    content = noise(3100)
    assert 8_000_000 < len(content) < 10_000_000

    assert sent(agent, listing, content).status_code == 302

    page = agent.http.get(f"/homes/{listing}-x/", follow_redirects=True).text
    path = page.partition('<div class="gallery">')[2].partition('href="')[2].partition('"')[0]
    picture = httpx.get(stack.url("gateway", path))
    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/webp")
    assert "immutable" in picture.headers["cache-control"]


def test_more_than_may_be_sent_at_once_is_answered_by_a_page(agent: Visitor) -> None:
    listing = agent.own_listings()[1]

    answer = sent(agent, listing, b"\0" * 61_000_000)

    assert answer.status_code == 413
    assert "more than 60 MB at once" in answer.text
    # The connection is as good as before.
    assert agent.own_listings()
