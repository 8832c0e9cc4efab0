"""A person at the site, as far as a browser without JavaScript is one.

Enters: the gateway's address. Leaves: requests with cookies, log-ins and filled-in forms.
The journey, the benchmarks and the tests use the site through it, never behind its back.
"""

import re
from html.parser import HTMLParser
from typing import Self

import httpx

_EDIT_LINK = re.compile(r"/agent/listings/(\d+)/edit/")


class PageRefused(Exception):
    """The site answered something else than the step expects; the text says what."""


class Visitor:
    """One browser with its own cookies; usable as a context manager."""

    def __init__(self, url: str) -> None:
        self.http = httpx.Client(base_url=url, timeout=15)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def log_in(self, username: str, password: str) -> None:
        """Log in; raises ``PageRefused`` when the site keeps us out."""
        form = self._form("/accounts/login/")
        answer = self._post("/accounts/login/", form | {"username": username, "password": password})
        if answer.status_code != httpx.codes.FOUND:
            raise PageRefused(f"The site did not let {username!r} in.")

    def own_listings(self) -> list[int]:
        """Return the ids of the listings on the agent's first page."""
        page = self._get("/agent/").text
        return sorted({int(listing) for listing in _EDIT_LINK.findall(page)})

    def edit_form(self, listing: int) -> dict[str, str]:
        """Return the edit form of one's own listing, filled in as the site sends it."""
        return self._form(_edit_path(listing))

    def submit_edit(self, listing: int, form: dict[str, str]) -> None:
        """Send the edit form; raises ``PageRefused`` with the site's objections."""
        answer = self._post(_edit_path(listing), form)
        if answer.status_code != httpx.codes.FOUND:
            raise PageRefused(f"The site refused the change of listing {listing}.")

    def _get(self, path: str) -> httpx.Response:
        answer = self.http.get(path)
        if answer.status_code != httpx.codes.OK:
            raise PageRefused(f"GET {path} answered {answer.status_code}.")
        return answer

    def _form(self, path: str) -> dict[str, str]:
        reader = _FormReader()
        reader.feed(self._get(path).text)
        # The first form of every page is the log-out button; the last one is the page's own.
        return reader.forms[-1] if reader.forms else {}

    def _post(self, path: str, form: dict[str, str]) -> httpx.Response:
        return self.http.post(path, data=form)


def _edit_path(listing: int) -> str:
    return f"/agent/listings/{listing}/edit/"


class _FormReader(HTMLParser):
    """Collect the fields of every posting form with the values that they are sent with."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, str]] = []
        self._text_of = ""
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form" and values.get("method", "").lower() == "post":
            self.forms.append({})
        if not self.forms:
            return
        name = values.get("name", "")
        if tag == "input" and name:
            self.forms[-1][name] = values.get("value", "")
        elif tag == "textarea":
            self._text_of = name
            self.forms[-1][name] = ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in values:
            self.forms[-1][self._select] = values.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            # HTML drops a line break right after the opening tag; Django always writes one.
            self.forms[-1][self._text_of] = self.forms[-1][self._text_of].removeprefix("\n")
            self._text_of = ""
        elif tag == "select":
            self._select = ""

    def handle_data(self, data: str) -> None:
        if self._text_of:
            self.forms[-1][self._text_of] += data
