"""The heartbeats that a connector sends while its tables are quiet.

Enters: the value of a heartbeat record (PostgreSQL connector documentation, the property
`heartbeat.interval.ms`). Leaves: when it was sent.
"""

import json
from datetime import UTC, datetime

from cdc.debezium.errors import MalformedChange


def heartbeat_time(value: bytes | None) -> datetime:
    """Return the time of a heartbeat; raises ``MalformedChange``."""
    try:
        body = json.loads(value or b"")
        body = body.get("payload", body)
        return datetime.fromtimestamp(body["ts_ms"] / 1000, UTC)
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
        raise MalformedChange(f"The record is no heartbeat: {error!r}.") from error
