"""The places that answer, as Envoy's clusters.

On the line: the gateway's choice -> one of these -> the monolith or a service. Enters:
addresses. Leaves: clusters as plain data. They do not depend on any route's stage, so
that moving a route never touches a connection. Pure functions.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address

from .health import taking_turns, watched
from .limits import DEFAULTS, Limits, seconds
from .render import MONOLITH, copies, fallback
from .resources import AS_WRITTEN, Resource

PROTOCOL = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions"

# So many copies at once, each for so long: the monolith's own answer may have no end.
COPIES, LONGEST_COPY = 100, "30s"
# Of the requests under way, so many may be second attempts at the same place.
RETRY_BUDGET = {"budget_percent": {"value": 25}, "min_retry_concurrency": 100}


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


# Instances that answer alike.
Place = tuple[Address, ...]


def address(text: str) -> Address:
    """Read ``host:port``; raises ``UpstreamError``."""
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise UpstreamError(f"{text!r} is not host:port")
    return Address(host, int(port))


def place(text: str) -> Place:
    """Read the addresses of alike instances, ``host:port|host:port``; raises ``UpstreamError``."""
    return tuple(address(each.strip()) for each in text.split("|"))


def upstreams(text: str) -> dict[str, Place]:
    """Read ``monolith=host:port|host:port,search=host:port``; raises ``UpstreamError``."""
    pairs = [part.strip().partition("=") for part in text.split(",") if part.strip()]
    found = {name: place(where) for name, _, where in pairs}
    if MONOLITH not in found:
        raise UpstreamError(f"no upstream is named {MONOLITH}")
    return found


def clusters(places: Mapping[str, Place], limits: Limits = DEFAULTS) -> list[Resource]:
    """Return a cluster per place, and two more per service: with the monolith, and for copies."""
    services = [name for name in places if name != MONOLITH]
    return [
        _monolith(places[MONOLITH], limits),
        *({**_place(name, places[name], limits), **watched()} for name in services),
        *(_service_then_monolith(name, limits) for name in services),
        *(_copies(name, places[name], limits) for name in services),
    ]


def socket(place: Address) -> Resource:
    """Return an address in Envoy's words."""
    return {"socket_address": {"address": place.host, "port_value": place.port}}


def _monolith(instances: Place, limits: Limits) -> Resource:
    # The last resort is never given up; of several instances those that fail rest.
    resting = taking_turns() if len(instances) > 1 else {}
    return {**_place(MONOLITH, instances, limits), **resting}


def _place(name: str, instances: Place, limits: Limits) -> Resource:
    ips = all(instance.is_ip for instance in instances)
    named = {"filter_metadata": {"banyan": {"place": name}}}
    endpoints = [
        {"endpoint": {"address": socket(instance)}, "metadata": named} for instance in instances
    ]
    return {
        "@type": "type.googleapis.com/envoy.config.cluster.v3.Cluster",
        "name": name,
        "type": "STATIC" if ips else "STRICT_DNS",
        "connect_timeout": seconds(limits.connect),
        "lb_policy": "LEAST_REQUEST",
        "least_request_lb_config": {
            "slow_start_config": {"slow_start_window": seconds(limits.slow_start)}
        },
        "circuit_breakers": {
            "thresholds": [{**_as_many_as(limits.requests), "retry_budget": RETRY_BUDGET}]
        },
        "per_connection_buffer_limit_bytes": 1024 * 1024,
        "typed_extension_protocol_options": {PROTOCOL: _speaking()},
        "load_assignment": {"cluster_name": name, "endpoints": [{"lb_endpoints": endpoints}]},
    }


def _as_many_as(requests: int) -> Resource:
    # Envoy's own thousand connections would queue a busy monolith's visitors.
    return dict.fromkeys(("max_connections", "max_pending_requests", "max_requests"), requests)


def _speaking(**bounds: str) -> Resource:
    """Give up an idle connection before the origin does (75 s and more), not just after."""
    return {
        "@type": f"type.googleapis.com/{PROTOCOL}",
        "common_http_protocol_options": {"idle_timeout": "60s", **bounds},
        "explicit_http_config": {"http_protocol_options": {"header_key_format": AS_WRITTEN}},
    }


def _service_then_monolith(service: str, limits: Limits) -> Resource:
    # In the moment in which a service dies each of its requests is asked a second time, of
    # the monolith: a budget here would hand out errors.
    breaker = {**_as_many_as(limits.requests), "max_retries": limits.requests}
    return {
        "@type": "type.googleapis.com/envoy.config.cluster.v3.Cluster",
        "name": fallback(service),
        "connect_timeout": seconds(limits.connect),
        "circuit_breakers": {"thresholds": [breaker]},
        "lb_policy": "CLUSTER_PROVIDED",
        "cluster_type": {
            "name": "envoy.clusters.aggregate",
            "typed_config": {
                "@type": "type.googleapis.com/envoy.extensions.clusters.aggregate.v3.ClusterConfig",
                "clusters": [service, MONOLITH],
            },
        },
    }


def _copies(service: str, instances: Place, limits: Limits) -> Resource:
    """Return the cluster that only copies go by.

    A service that fails or hangs while nobody is answered by it is found out so, and its other
    routes, which have moved, are asked as before.
    """
    return {
        **_place(copies(service), instances, limits),
        "circuit_breakers": {"thresholds": [_as_many_as(COPIES)]},
        "typed_extension_protocol_options": {PROTOCOL: _speaking(max_stream_duration=LONGEST_COPY)},
    }
