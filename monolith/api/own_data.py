"""What the API holds of a person: since when they have a token. The token itself is a secret."""

from typing import Any

from rest_framework.authtoken.models import Token

from monolith.accounts.models import User


def token(user: User) -> list[Any]:
    return list(Token.objects.filter(user=user).values("created"))


def forget(user: User) -> None:
    Token.objects.filter(user=user).delete()
