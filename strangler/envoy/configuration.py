"""What the strangler must be told about its surroundings, in one value.

On the line: built once by the settings, handed to whoever renders or asks the gateway.
"""

from dataclasses import dataclass
from pathlib import Path

from strangler.adapter.keys import trusted_keys
from strangler.routes import Route, load
from strangler.snapshot import Snapshot

from .clusters import Address, clusters
from .door import Door
from .matching import Resource
from .render import route_table


@dataclass(frozen=True, slots=True)
class Configuration:
    """Addresses, folders and files; nothing is read before it is asked for."""

    folder: Path
    listen: Address
    admin: Address
    places: dict[str, Address]
    routes_file: Path
    public_key_file: str
    private_paths: tuple[str, ...] = ()

    def routes(self) -> tuple[Route, ...]:
        """Return the declared routes; raises ``RoutesError``."""
        return load(self.routes_file)

    def door(self) -> Door:
        """Return the gateway's door; raises ``KeyFileError``."""
        return Door(self.listen, self.admin, self.folder, trusted_keys(self.public_key_file))

    def clusters(self) -> list[Resource]:
        return clusters(self.places)

    def table(self, routes: tuple[Route, ...], snapshot: Snapshot) -> Resource:
        """Return the table; a route whose service has no address stays with the monolith."""
        placed = [route for route in routes if route.service in self.places]
        return route_table(placed, snapshot, self.private_paths)
