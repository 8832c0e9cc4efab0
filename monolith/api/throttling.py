"""How often a program may ask: a request enters, and goes on or is told to wait (429).

Counted by account, or by address for strangers; the rates stand in the settings. Without the
cache nothing is counted, and nobody is refused.
"""

from math import ceil
from types import SimpleNamespace
from typing import Any, cast

from django.http import HttpRequest
from rest_framework.request import Request
from rest_framework.throttling import ScopedRateThrottle

from monolith.accounts.lockout import client_address
from monolith.errors import TooManyMails


class Throttle(ScopedRateThrottle):
    def get_ident(self, request: Request) -> str:
        # The framework's own way believes whatever a client says of where it comes from.
        return client_address(cast(HttpRequest, request))


def count(request: HttpRequest | Request, scope: str) -> None:
    """Count what ``scope`` limits once more for this person or address. Raises ``TooManyMails``.

    For what reaches somebody's mailbox: a form and the API draw on the same count.
    """
    throttle, view = Throttle(), SimpleNamespace(throttle_scope=scope)
    if not throttle.allow_request(cast(Request, request), cast(Any, view)):
        raise TooManyMails(ceil(throttle.wait() or 1))
