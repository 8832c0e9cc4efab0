"""The door itself: how a request is read, cleaned and handed to the table.

On the line: a browser connects here -> the table chooses who answers. Enters: a door and
a table. Leaves: a listener as plain data. Pure functions.
"""

from .access_log import access_log
from .clusters import socket
from .door import Door
from .identity import HTTP, verify_identity
from .matching import Resource
from .render import BODY_LIMIT

PROXY = "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3"


def listener(door: Door, table: Resource) -> Resource:
    """Return the listener, with its table inline or by reference."""
    manager = {
        "@type": f"{PROXY}.HttpConnectionManager",
        "stat_prefix": "gateway",
        **table,
        **_invisible(),
        **_limits(),
        "early_header_mutation_extensions": [_strip_internal_headers()],
        "http_filters": [verify_identity(door.trusted), _limit_bodies(), _router()],
        "access_log": [access_log()],
        "upgrade_configs": [{"upgrade_type": "websocket"}],
    }
    chain = {
        "filters": [
            {"name": "envoy.filters.network.http_connection_manager", "typed_config": manager}
        ]
    }
    return {"name": "gateway", "address": socket(door.listen), "filter_chains": [chain]}


def _invisible() -> Resource:
    """Answer as the origin would, but for what a proxy owes it: who asked, and by what scheme."""
    return {
        "server_header_transformation": "PASS_THROUGH",
        "use_remote_address": True,
        "generate_request_id": True,
        "preserve_external_request_id": True,
        "http_protocol_options": {"accept_http_10": True},
        # "/a/../search" is "/search" to every browser, so it is to the table. Slashes
        # stay as they are: "//search" and "/search%2f" are not "/search" in Django.
        "normalize_path": True,
        "merge_slashes": False,
        "path_with_escaped_slashes_action": "KEEP_UNCHANGED",
    }


def _limits() -> Resource:
    return {
        "request_headers_timeout": "10s",
        "stream_idle_timeout": "300s",
        "common_http_protocol_options": {"idle_timeout": "60s"},
    }


def _strip_internal_headers() -> Resource:
    """Take from a client what only the gateway may say."""
    prefixes = ["x-banyan-", "x-envoy-"]
    return {
        "name": "envoy.http.early_header_mutation.header_mutation",
        "typed_config": {
            "@type": "type.googleapis.com/"
            "envoy.extensions.http.early_header_mutation.header_mutation.v3.HeaderMutation",
            "mutations": [
                {"remove_on_match": {"key_matcher": {"prefix": prefix}}} for prefix in prefixes
            ],
        },
    }


def _limit_bodies() -> Resource:
    """Be ready to refuse long bodies; off but for the routes that name a limit of their own."""
    return {
        "name": BODY_LIMIT,
        "disabled": True,
        "typed_config": {"@type": f"{HTTP}.buffer.v3.Buffer", "max_request_bytes": 1},
    }


def _router() -> Resource:
    return {
        "name": "envoy.filters.http.router",
        "typed_config": {"@type": f"{HTTP}.router.v3.Router", "suppress_envoy_headers": True},
    }
