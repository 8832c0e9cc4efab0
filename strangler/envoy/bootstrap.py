"""The part of Envoy's configuration that does not change while it runs.

On the line: the door; a browser connects here. Enters: addresses, the public key.
Leaves: a bootstrap as plain data, which names the two files that the agent replaces.
Pure functions.
"""

from collections.abc import Sequence
from dataclasses import replace

from .clusters import Address, socket
from .door import Door
from .listener import listener
from .overload import overload_manager
from .render import TABLE
from .resources import Resource

ROUTES_FILE = "routes.json"
CLUSTERS_FILE = "clusters.json"

# Envoy's own limit of 100 refuses a few dozen named users; RE2 takes the same time for many.
_EXPRESSIONS: Resource = {
    "layers": [{"name": "banyan", "static_layer": {"re2.max_program_size.error_level": 1_000_000}}]
}


def bootstrap(door: Door) -> Resource:
    """Return the configuration that Envoy is started with."""
    watched = {"path": str(door.folder)}
    table = {"path": str(door.folder / ROUTES_FILE), "watched_directory": watched}
    places = {"path": str(door.folder / CLUSTERS_FILE), "watched_directory": watched}
    source = {"resource_api_version": "V3", "path_config_source": table}
    return {
        "node": {"id": "banyan-gateway", "cluster": "banyan"},
        "layered_runtime": _EXPRESSIONS,
        "admin": {"address": socket(_to_bind(door.admin))},
        "overload_manager": overload_manager(door.limits),
        "dynamic_resources": {
            "cds_config": {"resource_api_version": "V3", "path_config_source": places}
        },
        "static_resources": {
            "listeners": [
                listener(door, {"rds": {"route_config_name": TABLE, "config_source": source}})
            ]
        },
    }


def candidate(door: Door, tables: Sequence[Resource], places: list[Resource]) -> Resource:
    """Return tables and clusters in one static configuration, for Envoy to judge."""
    # Each table needs a door of its own; a judge opens none of them.
    host = door.listen.host
    doors = [replace(door, listen=Address(host, port)) for port, _ in enumerate(tables, 1)]
    return {
        "node": {"id": "banyan-candidate", "cluster": "banyan"},
        "layered_runtime": _EXPRESSIONS,
        "overload_manager": overload_manager(door.limits),
        "static_resources": {
            "listeners": [
                listener(door, {"route_config": _inline(table)}) | {"name": str(door.listen)}
                for door, table in zip(doors, tables, strict=True)
            ],
            "clusters": [_inline(place) for place in places],
        },
    }


def _inline(resource: Resource) -> Resource:
    return {name: value for name, value in resource.items() if name != "@type"}


def _to_bind(place: Address) -> Address:
    # Others ask a container by its name, which is no address that it could listen on.
    return place if place.is_ip else Address("0.0.0.0", place.port)
