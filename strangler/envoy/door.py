"""What the door of the gateway is made by: addresses, the folder that it watches, whom it believes.

On the line: built once from the settings, handed to whoever writes Envoy's configuration.
"""

from dataclasses import dataclass
from pathlib import Path

from strangler.adapter.keys import Trusted

from .clusters import Address


@dataclass(frozen=True, slots=True)
class Door:
    """Where the gateway listens, where it answers its operators, and whom it believes."""

    listen: Address
    admin: Address
    folder: Path
    trusted: Trusted
