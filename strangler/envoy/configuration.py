"""What the strangler must be told about its surroundings, in one value.

On the line: built once by the settings, handed to whoever renders or asks the gateway.
"""

from dataclasses import dataclass
from pathlib import Path

from strangler import declared
from strangler.adapter.keys import trusted_keys
from strangler.declared import Flag
from strangler.routes import Route, load
from strangler.snapshot import Snapshot

from .clusters import Address, Place, clusters
from .door import Certificate, Door
from .index import indexed
from .limits import DEFAULTS, Limits
from .render import route_table
from .resources import Resource


@dataclass(frozen=True, slots=True)
class Configuration:
    """Addresses, folders and files; nothing is read before it is asked for."""

    folder: Path
    listen: Address
    admin: Address
    places: dict[str, Place]
    routes_file: Path | None
    public_key_file: str
    private_paths: tuple[str, ...] = ()
    limits: Limits = DEFAULTS
    trusted_hops: int = 0
    certificate: Certificate | None = None
    flags_file: Path | None = None

    def routes(self) -> tuple[Route, ...]:
        """Return the declared routes; raises ``DeclarationError``."""
        return load(self.routes_file) if self.routes_file else ()

    def flags(self, routes: tuple[Route, ...]) -> tuple[Flag, ...]:
        """Return the declared flags; raises ``DeclarationError``."""
        return declared.load(self.flags_file, routes) if self.flags_file else ()

    def door(self) -> Door:
        """Return the gateway's door; raises ``KeyFileError``."""
        file = self.public_key_file
        return Door(
            self.listen,
            self.admin,
            self.folder,
            trusted_keys(file) if file else (),
            self.limits,
            self.trusted_hops,
            self.certificate,
        )

    def clusters(self) -> list[Resource]:
        return clusters(self.places, self.limits)

    def table(self, routes: tuple[Route, ...], snapshot: Snapshot) -> Resource:
        """Return the table; a route whose service has no address stays with the monolith."""
        placed = [route for route in routes if route.service in self.places]
        return indexed(route_table(placed, snapshot, self.private_paths, self.limits.body))
