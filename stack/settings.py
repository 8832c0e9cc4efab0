"""The one set of names by which every process of the stack is configured.

Enters: a run's ports, and the secrets of earlier runs in the same folder. Leaves: what
`stack.env` holds. A secret is made once and kept, or nobody could open the old data.
"""

import os
import secrets

from stack import environment
from stack.layout import Layout
from stack.ports import HOST, Ports
from stack.release import release
from stack.services import envoy_folder

_SECRETS = (
    "MONOLITH_SECRET_KEY",
    "SEARCH_SECRET_KEY",
    "NOTIFICATIONS_SECRET_KEY",
    "STRANGLER_SECRET_KEY",
    "POSTGRES_PASSWORD",
    "MONOLITH_PASSWORD",
    "STRANGLER_PASSWORD",
    "REGISTRY_PASSWORD",
    "NOTIFICATIONS_PASSWORD",
    "DEBEZIUM_PASSWORD",
    "SUPERVISOR_PASSWORD",
    # 32 bytes as base64url, which is what a master key has to be.
    "PERSONAL_MASTER_KEYS",
    "PERSON_KEYS_TOKEN",
)


def write(ports: Ports, layout: Layout) -> dict[str, str]:
    """Write `stack.env` for this run and return its values."""
    known = environment.read()
    values = {name: known.get(name) or secrets.token_urlsafe(32) for name in _SECRETS}
    values |= _addresses(ports, layout, values)
    environment.write(values)
    return values


def _addresses(ports: Ports, layout: Layout, values: dict[str, str]) -> dict[str, str]:
    at = {name: f"{HOST}:{port}" for name, port in ports.items()}
    keys = layout.folder("keys")
    return {
        "BANYAN_HOME": str(layout.home),
        # The stack serves plain HTTP on loopback; browsers would keep no secure cookie there.
        "SITE_HTTPS": "false",
        "SITE_URL": f"http://{at['gateway']}",
        "GATEWAY_NETWORKS": "127.0.0.0/8",
        "ALLOWED_HOSTS": f"{HOST},localhost,search-web,monolith",
        "MONOLITH_DATABASE_URL": _database("monolith", values, at),
        "STRANGLER_DATABASE_URL": _database("strangler", values, at),
        "NOTIFICATIONS_DATABASE_URL": _database("notifications", values, at),
        # Dead letters tell which code has failed.
        "RELEASE": release(),
        "REDIS_URL": f"redis://{at['redis']}/0",
        "EMAIL_URL": f"smtp://{at['mail']}",
        "KAFKA_BOOTSTRAP": at["kafka"],
        "TOPIC_REPLICATION": "1",
        "CONNECT_URL": f"http://{at['connect']}",
        "REGISTRY_URL": f"http://{at['registry']}/apis/ccompat/v7",
        "OUTBOX_TRANSPORT": "table",
        "CAPTURE_EXACTLY_ONCE": os.environ.get("CAPTURE_EXACTLY_ONCE", "false"),
        "PERSONAL_READERS": f"consumers={values['PERSON_KEYS_TOKEN']}",
        "DEBEZIUM_USER": "debezium",
        "AUDIT_CONSUMERS": f"search=http://{at['search-web']}/_projection",
        "MEDIA_ROOT": str(layout.folder("media")),
        "IDENTITY_PRIVATE_KEY_FILE": str(keys / "identity-private.pem"),
        "IDENTITY_PUBLIC_KEY_FILE": str(keys / "identity-public.pem"),
        "SEARCH_INDEX_DIR": str(layout.folder("search") / "index"),
        "SEARCH_HEALTH_PORT": str(ports["search-consumer"]),
        "SEARCH_ENGINE": os.environ.get("SEARCH_ENGINE", "tantivy"),
        "OPENSEARCH_URL": f"http://{at['opensearch']}",
        **_features(layout),
        "NOTIFICATIONS_HEALTH_PORT": str(ports["notifications-consumer"]),
        "NOTIFICATIONS_REDIS_URL": f"redis://{at['redis']}/1",
        "PERSON_KEYS_URL": f"http://{at['monolith']}/internal/person-keys",
        "ALERTS_WISHES_URL": f"http://{at['monolith']}/internal/alerts/wishes",
        "ALERTS_HANDBACK_URL": f"http://{at['monolith']}/internal/alerts/handback",
        "STRANGLER_ENVOY_DIR": str(envoy_folder(layout)),
        "STRANGLER_FLAGS_FILE": str(envoy_folder(layout) / "flags.json"),
        "STRANGLER_LISTEN": at["gateway"],
        "STRANGLER_ENVOY_ADMIN": at["gateway-admin"],
        "STRANGLER_PRIVATE_PATHS": "/internal/",
        "STRANGLER_UPSTREAMS": (
            f"monolith={at['monolith']},search={at['search-web']}"
            f",notifications={at['notifications-web']}"
        ),
    }


def _features(layout: Layout) -> dict[str, str]:
    """Let the strangler's flags decide what the search can do, unless somebody names it."""
    named = os.environ.get("SEARCH_FEATURES", "")
    return {
        "SEARCH_FEATURES": named,
        "SEARCH_FLAG_PROVIDER": "" if named else "strangler.provider.FileProvider",
        "SEARCH_FLAG_SOURCE": str(envoy_folder(layout) / "flags.json"),
    }


def _database(name: str, values: dict[str, str], at: dict[str, str]) -> str:
    return f"postgres://{name}:{values[f'{name.upper()}_PASSWORD']}@{at['postgres']}/{name}"
