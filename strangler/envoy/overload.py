"""What the gateway does before it runs out: of connections, or of memory.

On the line: beside the listener, for the whole process. Enters: limits. Leaves: an
overload manager as plain data. Pure functions.
"""

from .limits import Limits
from .resources import Resource

_MONITORS = "envoy.resource_monitors"
_KIND = "type.googleapis.com/envoy.extensions.resource_monitors"
_HEAP = f"{_MONITORS}.fixed_heap"


def overload_manager(limits: Limits) -> Resource:
    """Return the manager; the milder measures come first."""
    connections = {
        "@type": f"{_KIND}.downstream_connections.v3.DownstreamConnectionsConfig",
        "max_active_downstream_connections": limits.connections,
    }
    heap = {
        "@type": f"{_KIND}.fixed_heap.v3.FixedHeapConfig",
        "max_heap_size_bytes": limits.heap * 1024 * 1024,
    }
    return {
        "refresh_interval": "0.25s",
        "resource_monitors": [
            {"name": f"{_MONITORS}.global_downstream_max_connections", "typed_config": connections},
            {"name": _HEAP, "typed_config": heap},
        ],
        "actions": [
            _from(0.85, "shrink_heap"),
            _from(0.90, "disable_http_keepalive"),
            # Answers 503 at once, where the next request would be the last one.
            _from(0.98, "stop_accepting_requests"),
        ],
    }


def _from(share: float, action: str) -> Resource:
    trigger = {"name": _HEAP, "threshold": {"value": share}}
    return {"name": f"envoy.overload_actions.{action}", "triggers": [trigger]}
