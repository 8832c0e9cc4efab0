"""How often a program may ask: a request enters, and goes on or is told to wait (429).

Counted by account, or by address for strangers; the rates stand in the settings. Without the
cache nothing is counted, and nobody is refused.
"""

from types import SimpleNamespace
from typing import Any, cast

from django.http import HttpRequest
from rest_framework.request import Request
from rest_framework.throttling import ScopedRateThrottle

from monolith.accounts.lockout import client_address


class Throttle(ScopedRateThrottle):
    def get_ident(self, request: Request) -> str:
        # The framework's own way believes whatever a client says of where it comes from.
        return client_address(cast(HttpRequest, request))


def may_send(request: HttpRequest | Request, scope: str) -> bool:
    """Whether this person or address may do once more what ``scope`` limits, and count it.

    For what reaches somebody's mailbox: a form and the API draw on the same count.
    """
    view: Any = SimpleNamespace(throttle_scope=scope)
    return Throttle().allow_request(cast(Request, request), view)
