"""`/api/v1/token/`: a name and a password for a token, and not too often."""

import json

import pytest
from django.test import Client
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient

from monolith.accounts import services
from monolith.accounts.models import User
from monolith.api.throttling import Throttle

pytestmark = pytest.mark.django_db
TOKEN = "/api/v1/token/"


def ask(username: str, password: str, **headers: str) -> tuple[int, dict[str, object]]:
    body = {"username": username, "password": password}
    # Written by hand: the test client cannot send what is half a character.
    raw, kind = json.dumps(body), "application/json"
    answer = APIClient().post(TOKEN, raw, content_type=kind, headers=headers)
    return answer.status_code, answer.json()


def test_name_or_address_and_password_give_the_same_token(buyer: User) -> None:
    status, by_name = ask("bo", "sesame")
    assert (status, by_name) == ask("bo@example.org", "sesame")
    key = Token.objects.get(user=buyer).key
    assert (status, by_name) == (200, {"token": key})
    answer = APIClient().get("/api/v1/favourites", headers={"Authorization": f"Token {key}"})
    assert answer.status_code == 200


def test_every_failure_has_the_same_answer(buyer: User, agent: User) -> None:
    User.objects.filter(pk=agent.pk).update(is_active=False)
    wrong = ask("bo", "guess")
    assert wrong[0] == 400
    assert ask("nobody", "guess") == wrong == ask("ada", "sesame")


@pytest.mark.parametrize("name", ["", "nul\x00", "x" * 300, "\ud800"])
def test_a_bad_name_is_a_400(name: str) -> None:
    assert ask(name, "guess")[0] == 400


def test_five_guesses_close_the_account_to_this_address(buyer: User) -> None:
    for _ in range(5):
        ask("bo", "guess")
    assert ask("bo", "sesame")[0] == 400
    login = Client().post("/accounts/login/", {"username": "bo", "password": "sesame"})
    assert login.status_code == 429


def test_too_many_requests_of_one_address_wait(buyer: User) -> None:
    # What a client says of where it comes from is not believed.
    answers = [
        ask("bo", "sesame", **{"X-Forwarded-For": f"10.0.0.{n}, 9.9.9.9"}) for n in range(11)
    ]
    assert [status for status, _ in answers] == [200] * 10 + [429]
    assert ask("bo", "sesame", **{"X-Forwarded-For": "9.9.9.8"})[0] == 200


def test_a_program_that_asks_too_often_is_told_to_wait(
    program: APIClient, other_program: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Throttle, "THROTTLE_RATES", {"own": "2/min"})
    answers = [program.get("/api/v1/favourites") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert int(answers[-1]["Retry-After"]) > 0
    assert other_program.get("/api/v1/favourites").status_code == 200


def test_a_revoked_token_opens_nothing(program: APIClient, buyer: User) -> None:
    assert APIClient().post(f"{TOKEN}revoke/").status_code == 401
    assert program.post(f"{TOKEN}revoke/").status_code == 204
    assert program.get("/api/v1/favourites").status_code == 401


def test_the_token_goes_with_the_account(program: APIClient, buyer: User) -> None:
    assert Client().get(TOKEN).status_code == 405
    services.delete(buyer.pk)
    assert not Token.objects.exists()
    assert program.get("/api/v1/favourites").status_code == 401


def test_the_export_tells_of_the_token_but_not_the_token(
    buyer_client: Client, program: APIClient
) -> None:
    answer = buyer_client.get("/account/export/")
    assert list(answer.json()["api_token"][0]) == ["created"]
    assert Token.objects.get().key not in answer.content.decode()
