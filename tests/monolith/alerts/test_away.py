"""Whoever comes for the notifications service while it is away is told to come again."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db

OF_THE_SERVICE = (
    "/notifications/",
    "/notifications/hours",
    "/unsubscribe/n/41.price:abc",
    "/mail-reports/postmark/",
)


@pytest.mark.parametrize("path", OF_THE_SERVICE)
def test_a_page_of_the_service_says_when_to_come_again(client: Client, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    assert "no-store" in answer["Cache-Control"]
    assert "Try again in a minute" in answer.text


@pytest.mark.parametrize("path", OF_THE_SERVICE)
def test_programs_that_post_there_without_a_cookie_are_told_to_try_again(path: str) -> None:
    answer = Client(enforce_csrf_checks=True).post(path, {"List-Unsubscribe": "One-Click"})
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")


@pytest.mark.parametrize("path", ["/notifications/feed", "/notifications/unread.js"])
def test_what_every_page_asks_for_is_just_not_there(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404
