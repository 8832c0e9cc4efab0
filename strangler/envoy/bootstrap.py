"""The part of Envoy's configuration that does not change while it runs.

On the line: the door; a browser connects here. Enters: addresses, the public key.
Leaves: a bootstrap as plain data, which names the two files that the agent replaces.
Pure functions.
"""

import base64
import json
from dataclasses import dataclass
from pathlib import Path

from strangler.adapter.identity import COOKIE
from strangler.adapter.keys import PublicKey
from strangler.adapter.tokens import ISSUER

from .clusters import Address, socket
from .render import REQUIREMENT, TABLE, Resource

ROUTES_FILE = "routes.json"
CLUSTERS_FILE = "clusters.json"
PROXY = "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3"
HTTP = "type.googleapis.com/envoy.extensions.filters.http"


@dataclass(frozen=True, slots=True)
class Door:
    """Where the gateway listens, where it answers its operators, and whom it believes."""

    listen: Address
    admin: Address
    folder: Path
    key: PublicKey


def bootstrap(door: Door) -> Resource:
    """Return the configuration that Envoy is started with."""
    watched = {"path": str(door.folder)}
    table = {"path": str(door.folder / ROUTES_FILE), "watched_directory": watched}
    places = {"path": str(door.folder / CLUSTERS_FILE), "watched_directory": watched}
    source = {"resource_api_version": "V3", "path_config_source": table}
    return {
        "node": {"id": "banyan-gateway", "cluster": "banyan"},
        "admin": {"address": socket(_to_bind(door.admin))},
        "dynamic_resources": {
            "cds_config": {"resource_api_version": "V3", "path_config_source": places}
        },
        "static_resources": {
            "listeners": [
                listener(door, {"rds": {"route_config_name": TABLE, "config_source": source}})
            ]
        },
    }


def candidate(door: Door, table: Resource, places: list[Resource]) -> Resource:
    """Return table and clusters in one static configuration, for Envoy to judge."""
    plain = [{k: v for k, v in place.items() if k != "@type"} for place in places]
    config = {k: v for k, v in table.items() if k != "@type"}
    return {
        "node": {"id": "banyan-candidate", "cluster": "banyan"},
        "static_resources": {
            "listeners": [listener(door, {"route_config": config})],
            "clusters": plain,
        },
    }


def listener(door: Door, table: Resource) -> Resource:
    """Return the listener, with its table inline or by reference."""
    manager = {
        "@type": f"{PROXY}.HttpConnectionManager",
        "stat_prefix": "gateway",
        **table,
        **_invisible(),
        **_limits(),
        "early_header_mutation_extensions": [_strip_internal_headers()],
        "http_filters": [_verify_identity(door.key), _router()],
        "access_log": [_access_log()],
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


def _verify_identity(key: PublicKey) -> Resource:
    """Turn a good cookie into headers; only entries that ask for it pay for it.

    A bad or absent one is no error: its bearer goes on without the headers.
    """
    claims = {"bucket": "x-banyan-bucket", "groups": "x-banyan-groups", "staff": "x-banyan-staff"}
    provider = {
        "issuer": ISSUER,
        "from_cookies": [COOKIE],
        "forward": True,
        "local_jwks": {"inline_string": json.dumps({"keys": [jwk(key)]})},
        "claim_to_headers": [
            {"claim_name": claim, "header_name": header} for claim, header in claims.items()
        ],
        "clear_route_cache": True,
        "clock_skew_seconds": 1,
        # A signature that was good once is good until it expires.
        "jwt_cache_config": {"jwt_cache_size": 10_000},
    }
    anybody = {"requirements": [{"provider_name": "banyan"}, {"allow_missing_or_failed": {}}]}
    return {
        "name": "envoy.filters.http.jwt_authn",
        "typed_config": {
            "@type": f"{HTTP}.jwt_authn.v3.JwtAuthentication",
            "providers": {"banyan": provider},
            "requirement_map": {REQUIREMENT: {"requires_any": anybody}},
        },
    }


def _router() -> Resource:
    return {
        "name": "envoy.filters.http.router",
        "typed_config": {"@type": f"{HTTP}.router.v3.Router", "suppress_envoy_headers": True},
    }


def _access_log() -> Resource:
    fields = {
        "time": "%START_TIME%",
        "request_id": "%REQ(x-request-id)%",
        "method": "%REQ(:method)%",
        "path": "%PATH(NQ)%",
        "status": "%RESPONSE_CODE%",
        "route": "%ROUTE_NAME%",
        "stage": "%METADATA(ROUTE:banyan:stage)%",
        "decision": "%METADATA(ROUTE:banyan:decision)%",
        "served_by": "%RESP(x-served-by)%",
        "upstream": "%UPSTREAM_HOST%",
        "attempts": "%UPSTREAM_REQUEST_ATTEMPT_COUNT%",
        "flags": "%RESPONSE_FLAGS%",
        "ms": "%DURATION%",
        "bytes": "%BYTES_SENT%",
    }
    return {
        "name": "envoy.access_loggers.stdout",
        "typed_config": {
            "@type": "type.googleapis.com/"
            "envoy.extensions.access_loggers.stream.v3.StdoutAccessLog",
            "log_format": {"json_format": fields},
        },
    }


def jwk(key: PublicKey) -> dict[str, str]:
    """Return the public key as a JSON Web Key."""
    numbers = key.key.public_numbers()
    return {
        "kty": "EC",
        "crv": "P-256",
        "alg": "ES256",
        "use": "sig",
        "kid": key.id,
        "x": _base64(numbers.x),
        "y": _base64(numbers.y),
    }


def _base64(number: int) -> str:
    return base64.urlsafe_b64encode(number.to_bytes(32, "big")).decode().rstrip("=")


def _to_bind(place: Address) -> Address:
    # Others ask a container by its name, which is no address that it could listen on.
    return place if place.is_ip else Address("0.0.0.0", place.port)
