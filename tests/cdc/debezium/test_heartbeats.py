"""The records of a quiet connector."""

from datetime import UTC, datetime

import pytest

from cdc.debezium import MalformedChange, heartbeat_time


def test_a_heartbeat_tells_when_it_was_sent() -> None:
    assert heartbeat_time(b'{"ts_ms":1795521474610}') == datetime(
        2026, 11, 24, 11, 57, 54, 610000, UTC
    )


@pytest.mark.parametrize("value", [None, b"{", b"7", b"{}", b'{"ts_ms":null}', b'{"ts_ms":1e300}'])
def test_anything_else_is_refused(value: bytes | None) -> None:
    with pytest.raises(MalformedChange, match="no heartbeat"):
        heartbeat_time(value)
