"""Programs with a token."""

import pytest
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient

from monolith.accounts.models import User


@pytest.fixture
def program(buyer: User) -> APIClient:
    """Return a program that has the buyer's token, and checks what browsers are checked for."""
    return with_token(buyer)


@pytest.fixture
def other_program(agent: User) -> APIClient:
    return with_token(agent)


def with_token(user: User) -> APIClient:
    client = APIClient(enforce_csrf_checks=True)
    client.credentials(HTTP_AUTHORIZATION=f"Token {Token.objects.create(user=user).key}")
    client.default_format = "json"
    return client
