"""Log in and log out."""

import pytest
from django.test import Client

from monolith.accounts.models import User

pytestmark = pytest.mark.django_db


def test_a_user_logs_in_and_goes_where_they_wanted(client: Client, agent: User) -> None:
    answer = client.post(
        "/accounts/login/", {"username": "ada", "password": "sesame", "next": "/agent/"}
    )
    assert (answer.status_code, answer["Location"]) == (302, "/agent/")


def test_another_site_is_no_place_to_go(client: Client, agent: User) -> None:
    answer = client.post(
        "/accounts/login/",
        {"username": "ada", "password": "sesame", "next": "https://evil.example/"},
    )
    assert answer["Location"] == "/"


def test_a_wrong_password_is_told_without_saying_which_was_wrong(
    client: Client, agent: User
) -> None:
    wrong = client.post("/accounts/login/", {"username": "ada", "password": "x"})
    unknown = client.post("/accounts/login/", {"username": "nobody", "password": "x"})
    for answer in (wrong, unknown):
        assert "Please enter a correct username and password" in answer.content.decode()


def test_logging_out_takes_a_post(agent_client: Client) -> None:
    assert agent_client.get("/accounts/logout/").status_code == 405
    assert agent_client.post("/accounts/logout/")["Location"] == "/"
    assert agent_client.get("/agent/").status_code == 302


def test_forms_from_elsewhere_are_refused_in_the_sites_own_dress(agent: User) -> None:
    careful = Client(enforce_csrf_checks=True)
    answer = careful.post("/accounts/login/", {"username": "ada", "password": "sesame"})
    assert answer.status_code == 403
    assert "The form was too old" in answer.content.decode()
