"""Topics against their declarations."""

from typing import Any

from confluent_kafka.admin import ConfigEntry, ConfigSource  # type: ignore[attr-defined]

from cdc.contracts.topics import TOPICS
from cdc.topics import undeclared


def test_a_setting_that_nobody_declared_is_drift() -> None:
    def entry(name: str, value: str, source: Any) -> ConfigEntry:
        return ConfigEntry(name, value, source=source)

    own, default = ConfigSource.DYNAMIC_TOPIC_CONFIG, ConfigSource.DEFAULT_CONFIG
    current = {
        "retention.ms": entry("retention.ms", "1", own),
        "segment.ms": entry("segment.ms", "5", own.value),
        "max.message.bytes": entry("max.message.bytes", "7", default),
    }

    assert undeclared(TOPICS[0], current) == {"segment.ms": "5"}
