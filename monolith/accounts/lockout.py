"""What log-in failures are counted by: a request enters, an address or a name leaves.

The gateway appends the address it was called from to `X-Forwarded-For`. Only the last entry is
its word, and only when the gateway is who calls: everything before it a client may have made up.
"""

from ipaddress import ip_address, ip_network
from typing import Any

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    caller = request.META.get("REMOTE_ADDR", "")
    if not _is_gateway(caller):
        return caller
    last = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
    return last if _is_address(last) else caller


def typed_name(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """Return the name as counted: upper case and blanks give nobody further attempts."""
    source = credentials or request.POST
    return str(source.get("username") or "").strip().lower()[:255]


def _is_gateway(address: str) -> bool:
    if not _is_address(address):
        return False
    return any(ip_address(address) in ip_network(network) for network in settings.GATEWAY_NETWORKS)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
