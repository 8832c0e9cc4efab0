"""How a log-in finds its account: by name or e-mail address, and not after too many failures."""

from typing import Any

from axes.backends import AxesStandaloneBackend
from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from monolith.accounts.models import User


class LockoutBackend(AxesStandaloneBackend):
    """Refuse who failed too often; first in the list, so that no password is looked at."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> None:
        # Without a request there is no address to count by: a command or a shell asks.
        if request is not None:
            super().authenticate(request, **credentials)


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
