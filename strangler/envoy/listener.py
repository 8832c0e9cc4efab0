"""The door itself: how a connection is taken and a request read.

On the line: a browser connects here -> the table chooses who answers. Enters: a door and
a table. Leaves: a listener as plain data. Pure functions.
"""

from .access_log import access_log
from .answers import counters
from .clusters import socket
from .door import Certificate, Door
from .filters import filters, forget_what_clients_claim
from .limits import Limits, seconds
from .resources import AS_WRITTEN, Resource
from .waits import timer

_PROXY = "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3"
_TLS = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext"
# What may wait on the way to a slow reader: more is not read from the origin.
_BUFFER = 1024 * 1024


def listener(door: Door, table: Resource) -> Resource:
    """Return the listener, with its table inline or by reference."""
    manager = {
        "@type": f"{_PROXY}.HttpConnectionManager",
        "stat_prefix": "gateway",
        **table,
        **_invisible(door),
        **_paths(),
        **_bounded(door.limits),
        "early_header_mutation_extensions": [forget_what_clients_claim(door.trusted_hops)],
        "http_filters": filters(door.trusted),
        "access_log": [access_log(), *counters(), timer()],
        "upgrade_configs": [{"upgrade_type": "websocket"}],
    }
    return {
        "name": "gateway",
        "address": socket(door.listen),
        "per_connection_buffer_limit_bytes": _BUFFER,
        "filter_chains": [_chain(manager, door)],
    }


def _chain(manager: Resource, door: Door) -> Resource:
    name = "envoy.filters.network.http_connection_manager"
    chain: Resource = {"filters": [{"name": name, "typed_config": manager}]}
    if door.certificate:
        chain["transport_socket"] = _tls(door.certificate)
        chain["transport_socket_connect_timeout"] = seconds(door.limits.headers)
    return chain


def _tls(files: Certificate) -> Resource:
    pair = {
        "certificate_chain": {"filename": str(files.chain)},
        "private_key": {"filename": str(files.key)},
    }
    return {
        "name": "envoy.transport_sockets.tls",
        "typed_config": {
            "@type": _TLS,
            "common_tls_context": {
                "alpn_protocols": ["h2", "http/1.1"],
                "tls_certificates": [pair],
            },
        },
    }


def _invisible(door: Door) -> Resource:
    """Answer as the origin would, but for what a proxy owes it: who asked, and by what scheme."""
    return {
        "server_header_transformation": "PASS_THROUGH",
        "use_remote_address": True,
        "xff_num_trusted_hops": door.trusted_hops,
        "generate_request_id": True,
        "preserve_external_request_id": True,
        # Whether to go on with a large upload is the origin's to say.
        "proxy_100_continue": True,
        "http_protocol_options": {
            "accept_http_10": True,
            "default_host_for_http_10": str(door.listen),
            "header_key_format": AS_WRITTEN,
        },
    }


def _paths() -> Resource:
    """Read a path as Django and every browser do, so that no spelling gets past a route.

    "/a/../search" is "/search", and so is "/%73earch". Slashes stay as they are: "//search"
    and "/search%2f" are not "/search" in Django.
    """
    return {
        "normalize_path": True,
        "merge_slashes": False,
        "path_with_escaped_slashes_action": "KEEP_UNCHANGED",
    }


def _bounded(limits: Limits) -> Resource:
    return {
        "request_headers_timeout": seconds(limits.headers),
        "request_timeout": seconds(limits.whole),
        "stream_idle_timeout": seconds(limits.silence),
        "max_request_headers_kb": limits.header_kib,
        "common_http_protocol_options": {
            "idle_timeout": seconds(limits.idle),
            "max_headers_count": limits.header_lines,
            # To WSGI X_Forwarded_Proto and X-Forwarded-Proto are one name.
            "headers_with_underscores_action": "DROP_HEADER",
        },
        "http2_protocol_options": {
            "max_concurrent_streams": 100,
            "initial_stream_window_size": 256 * 1024,
            "initial_connection_window_size": _BUFFER,
        },
    }
