"""Guessing passwords ends soon, for one name from one address, and for nobody else."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone

from monolith.accounts import failures
from monolith.accounts.lockout import client_address
from monolith.accounts.models import User

pytestmark = pytest.mark.django_db


def log_in(password: str, name: str = "bo", forwarded: str = "192.0.2.1") -> HttpResponse:
    form = {"username": name, "password": password}
    headers = {"X-Forwarded-For": forwarded}
    return Client().post("/accounts/login/", form, headers=headers)  # type: ignore[return-value]


def fail_too_often(*names: str) -> None:
    for name in names or ("bo",) * 5:
        log_in("wrong", name)


def test_the_right_password_comes_too_late_after_five_failures(buyer: User) -> None:
    fail_too_often()
    answer = log_in("sesame")
    assert answer.status_code == 429
    assert "Too many attempts" in answer.content.decode()
    assert "Maumee Homes" in answer.content.decode()


def test_after_a_while_it_is_let_in_again(buyer: User) -> None:
    fail_too_often()
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))
    assert log_in("sesame").status_code == 302


def test_others_are_not_locked_out(buyer: User, agent: User) -> None:
    fail_too_often()
    assert log_in("sesame", forwarded="192.0.2.2").status_code == 302
    assert log_in("sesame", name="ada").status_code == 302


def test_a_success_forgets_the_failures(buyer: User) -> None:
    for _ in range(4):
        log_in("wrong")
    assert log_in("sesame").status_code == 302
    assert not AccessAttempt.objects.exists()


def test_upper_case_and_blanks_give_no_further_attempts(buyer: User) -> None:
    fail_too_often("bo", "BO", " bo", "Bo ", "bO")
    assert log_in("sesame").status_code == 429


def test_a_made_up_forwarding_gives_no_further_attempts(buyer: User) -> None:
    for number in range(5):
        log_in("wrong", forwarded=f"203.0.113.{number}, 192.0.2.1")
    assert log_in("sesame", forwarded="198.51.100.7, 192.0.2.1").status_code == 429


def test_an_unknown_name_is_locked_out_like_a_known_one() -> None:
    fail_too_often(*("nobody",) * 5)
    assert log_in("x", "nobody").status_code == 429


@pytest.mark.parametrize(
    ("caller", "forwarded", "expected"),
    [
        ("127.0.0.1", "203.0.113.9, 192.0.2.1", "192.0.2.1"),
        ("127.0.0.1", "2001:db8::1", "2001:db8::1"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "nonsense", "127.0.0.1"),
        # Not the gateway: its word about others is not believed.
        ("198.51.100.7", "192.0.2.1", "198.51.100.7"),
    ],
)
def test_only_the_gateway_is_believed(
    rf: RequestFactory, caller: str, forwarded: str, expected: str
) -> None:
    request = rf.get("/", headers={"X-Forwarded-For": forwarded}, REMOTE_ADDR=caller)
    assert client_address(request) == expected


def test_failures_are_exported_and_go_with_the_account(buyer: User) -> None:
    log_in("wrong")
    log_in("wrong", name="BO@example.org")
    assert len(failures.failures(buyer)) == 2
    failures.forget(buyer)
    assert not AccessAttempt.objects.exists()
