"""The service's pages look like the monolith's: one frame, the same ways on, no bare errors."""

import re

from django.test import Client, RequestFactory
from django.urls import reverse

from consumers.notifications.site import errors
from stack.environment import ROOT
from tests.consumers.notifications.site.test_views import person, visitor  # noqa: F401

OLD = ROOT / "monolith" / "templates" / "site"
NEW = ROOT / "consumers" / "notifications" / "templates" / "notifications"


def test_the_frame_is_the_monoliths() -> None:
    text = (OLD / "base.html").read_text()
    text = text.replace("block title %}Homes in Lucas County", "block title %}Notifications")
    assert (NEW / "base.html").read_text() == text


def test_the_ways_on_are_the_monoliths() -> None:
    def filled(found: re.Match[str]) -> str:
        return reverse(found[1], urlconf="monolith.urls")

    text = re.sub(r"{% url '([^']+)' %}", filled, (OLD / "own_tabs.html").read_text())
    assert (NEW / "own_tabs.html").read_text() == text.removesuffix(
        '{% include "site/messages.html" %}\n'
    )


def test_what_is_not_there_is_said_in_the_sites_dress(person: Client) -> None:  # noqa: F811
    answer = person.get("/notifications/nosuch")
    assert answer.status_code == 404
    assert "There is nothing at this address." in answer.text
    assert "Maumee Homes" in answer.text
    assert "Ann" in answer.text


def test_a_form_from_elsewhere_is_refused_in_words(visitor: Client) -> None:  # noqa: F811
    answer = Client(enforce_csrf_checks=True).post("/notifications/", {"wanted": "price:email"})
    assert answer.status_code == 403
    assert "The form was too old, or cookies are switched off." in answer.text
    assert "CSRF" not in answer.text


def test_a_mistake_of_ours_is_owned(visitor: Client) -> None:  # noqa: F811
    answer = errors.server_error(RequestFactory().get("/notifications/"))
    assert answer.status_code == 500
    assert "It was our mistake" in answer.content.decode()
