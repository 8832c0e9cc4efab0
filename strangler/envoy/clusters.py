"""The places that answer, as Envoy's clusters.

On the line: the gateway's choice -> one of these -> the monolith or a service. Enters:
addresses. Leaves: clusters as plain data. They do not depend on any route's stage, so
that moving a route never touches a connection. Pure functions.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address

from .matching import Resource
from .render import MONOLITH, fallback

CONNECT_TIMEOUT = "0.5s"
READY_PATH = "/readyz"
PROTOCOL = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions"

# Envoy's own limit of three retries at a time would hand out errors in the very moment
# a service dies; and its thousand connections would queue a busy monolith's visitors.
BREAKER = {
    "max_connections": 10_000,
    "max_pending_requests": 10_000,
    "max_requests": 10_000,
    "max_retries": 10_000,
}


class UpstreamError(ValueError):
    """An upstream's name or address is wrong or missing; the message is one line."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where something listens."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"

    @property
    def is_ip(self) -> bool:
        """Tell whether the host is an address rather than a name."""
        try:
            ip_address(self.host)
        except ValueError:
            return False
        return True


def address(text: str) -> Address:
    """Read ``host:port``; raises ``UpstreamError``."""
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise UpstreamError(f"{text!r} is not host:port")
    return Address(host, int(port))


def upstreams(text: str) -> dict[str, Address]:
    """Read ``monolith=host:port,search=host:port``; raises ``UpstreamError``."""
    pairs = [part.strip().partition("=") for part in text.split(",") if part.strip()]
    found = {name: address(where) for name, _, where in pairs}
    if MONOLITH not in found:
        raise UpstreamError(f"no upstream is named {MONOLITH}")
    return found


def clusters(places: Mapping[str, Address]) -> list[Resource]:
    """Return a cluster per place, and one per service that falls back to the monolith."""
    services = [name for name in places if name != MONOLITH]
    return [
        _place(MONOLITH, places[MONOLITH]),
        *({**_place(name, places[name]), **_watched()} for name in services),
        *(_service_then_monolith(name) for name in services),
    ]


def socket(place: Address) -> Resource:
    """Return an address in Envoy's words."""
    return {"socket_address": {"address": place.host, "port_value": place.port}}


def _place(name: str, place: Address) -> Resource:
    return {
        "@type": "type.googleapis.com/envoy.config.cluster.v3.Cluster",
        "name": name,
        "type": "STATIC" if place.is_ip else "STRICT_DNS",
        "connect_timeout": CONNECT_TIMEOUT,
        "circuit_breakers": {"thresholds": [BREAKER]},
        "typed_extension_protocol_options": {PROTOCOL: _short_lived_idleness()},
        "load_assignment": {
            "cluster_name": name,
            "endpoints": [{"lb_endpoints": [{"endpoint": {"address": socket(place)}}]}],
        },
    }


def _short_lived_idleness() -> Resource:
    """Give up an idle connection before the origin does (75 s and more), not just after."""
    return {
        "@type": f"type.googleapis.com/{PROTOCOL}",
        "common_http_protocol_options": {"idle_timeout": "60s"},
        "explicit_http_config": {"http_protocol_options": {}},
    }


def _watched() -> Resource:
    """Ask a service whether it is ready, and believe a row of failures sooner.

    A dead service then costs no connect per request, and one that hangs no patience.
    """
    return {
        "health_checks": [
            {
                "timeout": "0.5s",
                "interval": "1s",
                "no_traffic_interval": "1s",
                "unhealthy_threshold": 2,
                "healthy_threshold": 1,
                "http_health_check": {"path": READY_PATH, "host": "localhost"},
            }
        ],
        "outlier_detection": {
            "consecutive_5xx": 5,
            "consecutive_gateway_failure": 3,
            "split_external_local_origin_errors": True,
            "consecutive_local_origin_failure": 2,
            "interval": "1s",
            "base_ejection_time": "5s",
            "max_ejection_time": "30s",
            # The only instance must be ejectable: the monolith stands behind it.
            "max_ejection_percent": 100,
            "enforcing_success_rate": 0,
            "enforcing_local_origin_success_rate": 0,
        },
    }


def _service_then_monolith(service: str) -> Resource:
    return {
        "@type": "type.googleapis.com/envoy.config.cluster.v3.Cluster",
        "name": fallback(service),
        "connect_timeout": CONNECT_TIMEOUT,
        "circuit_breakers": {"thresholds": [BREAKER]},
        "lb_policy": "CLUSTER_PROVIDED",
        "cluster_type": {
            "name": "envoy.clusters.aggregate",
            "typed_config": {
                "@type": "type.googleapis.com/envoy.extensions.clusters.aggregate.v3.ClusterConfig",
                "clusters": [service, MONOLITH],
            },
        },
    }
