"""What the site's own pages lead to, written down: walks through the search, as people click it.

Enters: the address of a site that runs. Leaves: query strings, for `recorded.txt`, which both
searches are asked (`questions.py`). Nobody's words are among them: what is typed is of our list,
all else is a link or a choice that a page offered. To walk anew:

    python -m tests.journeys.recording http://127.0.0.1:8000
"""

import random
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import httpx

from tests.bench.searching.questions import WORDS

FILE = Path(__file__).with_name("recorded.txt")
_SEED = 29
_WALKS, _STEPS = 60, 9
_PATH = "/search"
# What is typed where a page has no choices; places and prices as the site's own texts tell them.
_TYPED = {
    "q": WORDS,
    "near": ("41.65,-83.55", "41.6639,-83.5552"),
    **dict.fromkeys(("price_min", "price_max"), ("50000", "80000", "120000")),
    **dict.fromkeys(("area_min", "area_max"), ("900", "1800")),
    **dict.fromkeys(("beds_min", "baths_min"), ("2", "3")),
    **dict.fromkeys(("year_min", "year_max"), ("1930", "1985")),
}


class Page(HTMLParser):
    """The search's links and the fields of its form, with the choices of each."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.fields: dict[str, list[str]] = {}
        self._is_search = False
        self._choosing = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        name = told.get("name", "")
        if tag == "a" and urlsplit(told.get("href", "")).path == _PATH:
            self.links.append(urlsplit(told["href"]).query)
        elif tag == "form":
            self._is_search = told.get("action") == _PATH
        elif self._is_search and name and tag in ("input", "select"):
            self._choosing = name
            self.fields[name] = [told["value"]] if told.get("value") else []
        elif self._is_search and tag == "option":
            self.fields[self._choosing].append(told.get("value", ""))


def walked(url: str) -> list[str]:
    """Return the query strings of all walks, each once, in the order of the first."""
    draw, found = random.Random(_SEED), dict[str, None]()
    for _ in range(_WALKS):
        with httpx.Client(base_url=url, timeout=30) as browser:
            asked = ""
            for _ in range(_STEPS):
                found[asked] = None
                page = Page(browser.get(f"{_PATH}?{asked}").text)
                asked = _next(page, draw)
    return list(found)


def _next(page: Page, draw: random.Random) -> str:
    """Fill in the form, or click on one of the links."""
    if page.links and draw.random() < 0.7:
        return draw.choice(page.links)
    kept = {
        name: values[0] for name, values in page.fields.items() if name not in _TYPED and values
    }
    for name in draw.sample(sorted(page.fields), min(2, len(page.fields))):
        choices = _TYPED.get(name) or page.fields[name]
        if choices:
            kept[name] = draw.choice(choices)
    if draw.random() < 0.5:
        kept["q"] = draw.choice(WORDS)
    return urlencode(kept)


if __name__ == "__main__":
    FILE.write_text("".join(f"{query}\n" for query in walked(sys.argv[1])))
