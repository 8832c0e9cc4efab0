"""Bring the broker's topics to what is declared in `cdc.contracts.topics`.

Enters: the declarations. Leaves: created topics and changed settings. A difference that
cannot be mended without moving records (fewer partitions) is reported, never applied.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from confluent_kafka import KafkaException
from confluent_kafka.admin import (  # type: ignore[attr-defined]
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewTopic,
    ResourceType,
)

from cdc.contracts.topics import TOPICS, Topic

Action = Literal["create", "alter", "drift"]


class BrokerAway(Exception):
    """No broker answers at the configured address."""


@dataclass(frozen=True, slots=True)
class Step:
    """One difference between the declaration and the broker."""

    topic: Topic
    action: Action
    reason: str


def plan(admin: AdminClient, replication: int = 1) -> list[Step]:
    """Return the differences; an empty list means that all is as declared."""
    try:
        existing = admin.list_topics(timeout=10).topics
    except KafkaException as error:
        raise BrokerAway(f"Kafka does not answer: {error}") from error
    return [step for topic in TOPICS for step in _steps(admin, topic, existing, replication)]


def _steps(
    admin: AdminClient, topic: Topic, existing: dict[str, Any], replication: int
) -> Iterator[Step]:
    if topic.name not in existing:
        yield Step(topic, "create", f"{topic.partitions} partitions, {replication} replicas")
        return
    partitions = len(existing[topic.name].partitions)
    if partitions != topic.partitions:
        yield Step(topic, "drift", f"has {partitions} partitions, {topic.partitions} declared")
    changed = _changed_settings(admin, topic)
    if changed:
        yield Step(topic, "alter", ", ".join(f"{k}={v}" for k, v in changed.items()))


def _changed_settings(admin: AdminClient, topic: Topic) -> dict[str, str]:
    resource = ConfigResource(ResourceType.TOPIC, topic.name)
    current = next(iter(admin.describe_configs([resource]).values())).result(timeout=10)
    return {k: v for k, v in topic.config.items() if current[k].value != v}


def apply(admin: AdminClient, replication: int = 1) -> list[Step]:
    """Carry out the plan and return it; steps of kind "drift" are left to a person."""
    steps = plan(admin, replication)
    new = [
        NewTopic(s.topic.name, s.topic.partitions, replication, config=s.topic.config)
        for s in steps
        if s.action == "create"
    ]
    pending = list(admin.create_topics(new).values()) if new else []
    altered = [_resource(step.topic) for step in steps if step.action == "alter"]
    if altered:
        pending += admin.incremental_alter_configs(altered).values()
    for future in pending:
        future.result(timeout=30)
    return steps


def _resource(topic: Topic) -> ConfigResource:
    entries = [
        ConfigEntry(name, value, incremental_operation=AlterConfigOpType.SET)
        for name, value in topic.config.items()
    ]
    return ConfigResource(ResourceType.TOPIC, topic.name, incremental_configs=entries)
