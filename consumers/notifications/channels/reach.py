"""Where webhooks may lead: a host's name enters, a connection to a public address leaves.

Asked twice: when an endpoint is set, and at each connection, of the very address that is then
connected to, so that a name which leads elsewhere tomorrow leads nobody into a private network.
No proxy of the environment and no redirect is followed. All of a delivery has one deadline,
however slowly the other side drips.
"""

import socket
import time
from collections.abc import Iterable
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit

import httpcore

# All of IPv6 that is routed in public, but for addresses with one of IPv4 within, which could be
# anybody's.
_PUBLIC = ip_network("2000::/3")
_EMBEDDING = tuple(ip_network(net) for net in ("2002::/16", "2001::/32"))


class NotAllowed(ValueError):
    """Nobody is sent there."""


class NotFound(Exception):
    """The name leads nowhere today."""


def check(url: str, *, on_loopback: bool = False) -> None:
    """Refuse what is no public address by https. Raises ``NotAllowed``."""
    check_form(url, on_loopback=on_loopback)
    parts = urlsplit(url)
    try:
        addresses(parts.hostname or "", parts.port or 443, on_loopback=on_loopback)
    except NotFound as error:
        raise NotAllowed(str(error)) from error


def check_form(url: str, *, on_loopback: bool = False) -> None:
    """Refuse what is no plain https URL, without asking for its name. Raises ``NotAllowed``."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise NotAllowed("It is no URL.") from error
    if not host or not url.isascii() or not url.isprintable() or " " in url or len(url) > 500:
        raise NotAllowed("It is no URL.")
    if parts.username is not None or parts.fragment:
        raise NotAllowed("A URL with a password or a fragment is not taken.")
    if parts.scheme != "https" and not (on_loopback and parts.scheme == "http"):
        raise NotAllowed("Only https is taken.")


def addresses(host: str, port: int, *, on_loopback: bool = False) -> list[str]:
    """Return the addresses that a name has now; one private one refuses them all.

    Raises ``NotAllowed`` and ``NotFound``.
    """
    try:
        told = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NotFound(f"The name {host} leads nowhere.") from error
    found = list(dict.fromkeys(str(each[4][0]) for each in told))
    if not all(_may_be_reached(address, on_loopback=on_loopback) for address in found):
        raise NotAllowed(f"{host} leads into a private network.")
    return found


def _may_be_reached(text: str, *, on_loopback: bool) -> bool:
    address = ip_address(text)
    if on_loopback and address.is_loopback:
        return True
    if isinstance(address, IPv6Address) and (
        address not in _PUBLIC or any(address in net for net in _EMBEDDING)
    ):
        return False
    return address.is_global and not address.is_multicast


class Network(httpcore.NetworkBackend):
    """Connects to public addresses only, and for one delivery."""

    def __init__(self, seconds: float, *, on_loopback: bool) -> None:
        self._until = time.monotonic() + seconds
        self._on_loopback = on_loopback
        self._real = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        tried: Exception | None = None
        for address in addresses(host, port, on_loopback=self._on_loopback):
            try:
                left = _left(self._until)
                stream = self._real.connect_tcp(address, port, left, None, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                tried = error
            else:
                return _Hurried(stream, self._until)
        raise tried or NotFound(f"The name {host} leads nowhere.")


class _Hurried(httpcore.NetworkStream):
    """A stream whose every wait ends at one moment."""

    def __init__(self, stream: httpcore.NetworkStream, until: float) -> None:
        self._stream, self._until = stream, until

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(self._until))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(self._until))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = _left(self._until)
        return _Hurried(self._stream.start_tls(ssl_context, server_hostname, left), self._until)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("It took too long.")
    return left
