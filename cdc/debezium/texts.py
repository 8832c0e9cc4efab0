"""What Debezium writes as text: strings, JSON, UUIDs, network addresses, hstore.

Enters: text (an hstore in map mode: an object). Leaves: `str`, parsed JSON, `UUID`, and the types
of `ipaddress`: a plain host is an address, a host with a prefix an interface, a `cidr` a network.
"""

import ipaddress
import json
from typing import Any
from uuid import UUID

from cdc.debezium.errors import Unreadable


def read_text(raw: Any) -> str:
    """Read char, varchar, text, citext, tsvector, enums, MAC addresses and XML."""
    if type(raw) is not str:
        raise Unreadable("a text is expected")
    return raw


def read_json(raw: Any) -> Any:
    """Read json and jsonb; JSON's own null is Python's None, like SQL's."""
    return json.loads(read_text(raw))


def read_uuid(raw: Any) -> UUID:
    """Read a uuid."""
    return UUID(read_text(raw))


def read_inet(raw: Any) -> Any:
    """Read an inet, which may carry the prefix of its network."""
    text = read_text(raw)
    return ipaddress.ip_interface(text) if "/" in text else ipaddress.ip_address(text)


def read_cidr(raw: Any) -> Any:
    """Read a cidr."""
    return ipaddress.ip_network(read_text(raw))


def read_hstore(raw: Any) -> dict[str, str | None]:
    """Read an hstore: an object's text in the mode json, the object itself in the mode map."""
    pairs = json.loads(raw) if isinstance(raw, str) else raw
    if not isinstance(pairs, dict):
        raise Unreadable("an object is expected")
    return pairs
