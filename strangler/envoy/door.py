"""What the door of the gateway is made by: addresses, the folder that it watches, whom it believes.

On the line: built once from the settings, handed to whoever writes Envoy's configuration.
"""

from dataclasses import dataclass
from pathlib import Path

from strangler.adapter.keys import Trusted

from .clusters import Address
from .limits import DEFAULTS, Limits


@dataclass(frozen=True, slots=True)
class Certificate:
    """The files by which the door speaks TLS."""

    chain: Path
    key: Path


class CertificateError(ValueError):
    """A certificate without its key, or the reverse; the message is one line."""


def certificate(text: str) -> Certificate | None:
    """Read ``CHAIN.pem:KEY.pem``; nothing is no certificate. Raises ``CertificateError``."""
    chain, _, key = text.partition(":")
    if bool(chain) is not bool(key):
        raise CertificateError(f"certificate {text!r} is not CHAIN.pem:KEY.pem")
    return Certificate(Path(chain), Path(key)) if key else None


@dataclass(frozen=True, slots=True)
class Door:
    """Where the gateway listens, where it answers its operators, and whom it believes.

    Without a key nobody can prove who they are, so a canary reaches nobody. Of
    ``trusted_hops`` proxies before this one it believes what they say of the client.
    """

    listen: Address
    admin: Address
    folder: Path
    trusted: Trusted
    limits: Limits = DEFAULTS
    trusted_hops: int = 0
    certificate: Certificate | None = None
