"""The inbox remembers longer than the topics keep, or the consumer does not begin."""

import math
import re
import uuid
from collections.abc import Iterator

import pytest
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from cdc.contracts.topics import TOPICS
from consumers.runtime.config import ConsumerConfig
from consumers.runtime.errors import StopConsumer
from consumers.runtime.retention import kept_days, longer_than_inbox, refuse_short_inbox

_SEGMENT_DAYS = 7
_DAY_MS = 86_400_000


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        ({"a": 40.0, "rows": 0.0}, ""),
        ({"a": 37.0, "b": 67.0}, "b keeps records up to 67 days, .* set inbox_days to 67 or more"),
        ({"b": math.inf}, "b keeps records for ever, .* set inbox_days to math.inf"),
        ({"b": 41.0, "a": 41.5}, "a keeps records up to 41.5 days, b keeps records up to 41 days"),
    ],
)
def test_a_topic_that_keeps_longer_is_named_with_what_to_do(
    kept: dict[str, float], said: str
) -> None:
    trouble = longer_than_inbox(kept, 40.0)
    assert (trouble == "") == (said == "")
    assert re.search(said, trouble)
    assert longer_than_inbox(kept, math.inf) == ""


def test_the_default_outlives_every_topic_of_ours_and_its_last_segment() -> None:
    longest = max(topic.retention_ms for topic in TOPICS if not topic.is_compacted)
    assert longest / _DAY_MS + _SEGMENT_DAYS <= ConsumerConfig("any", "any", "").inbox_days


def test_a_broker_that_is_away_keeps_nobody_from_beginning(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("consumers.runtime.retention._PATIENCE", 0.1)
    refuse_short_inbox(ConsumerConfig("any", "any", "127.0.0.1:1", ("facts",)))
    assert "retention_unknown topics=facts" in caplog.text


@pytest.fixture
def made(kafka_bootstrap: str) -> Iterator[dict[str, str]]:
    """Make a topic of each kind; give its name by the kind."""
    kinds = {
        "short": {"retention.ms": str(30 * _DAY_MS)},
        "long": {"retention.ms": str(60 * _DAY_MS), "segment.ms": str(_DAY_MS)},
        "endless": {"retention.ms": "-1"},
        "compacted": {"cleanup.policy": "compact"},
    }
    names = {kind: f"{kind}-{uuid.uuid4().hex[:8]}" for kind in kinds}
    admin = AdminClient({"bootstrap.servers": kafka_bootstrap})
    topics = [NewTopic(names[kind], 1, 1, config=config) for kind, config in kinds.items()]
    for each in admin.create_topics(topics).values():
        each.result(30)
    yield names
    for each in admin.delete_topics(list(names.values())).values():
        each.result(30)


@pytest.mark.stack
def test_kafka_is_asked_how_old_records_become(kafka_bootstrap: str, made: dict[str, str]) -> None:
    config = ConsumerConfig("any", "any", kafka_bootstrap, (*made.values(), "not-there"))
    assert kept_days(config) == {
        made["short"]: 30 + _SEGMENT_DAYS,
        made["long"]: 61,
        made["endless"]: math.inf,
        made["compacted"]: 0,
    }
    with pytest.raises(StopConsumer, match=f"{made['long']} keeps records up to 61 days"):
        refuse_short_inbox(config)
