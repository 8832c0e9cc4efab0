"""How a log-in finds its account: by name or e-mail address."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from monolith.accounts.models import User


class NameOrEmailBackend(ModelBackend):
    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **credentials: Any,
    ) -> Any:
        if username and "@" in username:
            # A name may look like an address: the address's owner goes first.
            owner = User.objects.filter(email__iexact=username).first()
            username = owner.username if owner else username
        return super().authenticate(request, username, password, **credentials)
