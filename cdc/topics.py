"""Bring the broker's topics to what is declared in `cdc.contracts.topics`.

Enters: the declarations. Leaves: created topics and changed settings. A difference that
cannot be mended without moving records (fewer partitions) is reported, never applied.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from confluent_kafka import KafkaException
from confluent_kafka.admin import (  # type: ignore[attr-defined]
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    ConfigSource,
    NewTopic,
    ResourceType,
)

from cdc.contracts.topics import TOPICS, Topic

Action = Literal["create", "alter", "drift"]
_ON_TOPIC = ConfigSource.DYNAMIC_TOPIC_CONFIG.value


class BrokerAway(Exception):
    """No broker answers at the configured address."""


@dataclass(frozen=True, slots=True)
class Step:
    """One difference between the declaration and the broker."""

    topic: Topic
    action: Action
    reason: str


def plan(admin: AdminClient, replication: int) -> list[Step]:
    """Return the differences; an empty list means that all is as declared.

    ``replication`` is how many copies of each record the broker shall keep.
    """
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
    found = existing[topic.name].partitions.values()
    partitions, copies = len(found), min(len(each.replicas) for each in found)
    if copies != replication:
        yield Step(topic, "drift", f"has {copies} replicas, {replication} declared")
    if partitions != topic.partitions:
        yield Step(topic, "drift", f"has {partitions} partitions, {topic.partitions} declared")
    current = _settings(admin, topic)
    changed = {k: v for k, v in topic.config.items() if current[k].value != v}
    if changed:
        yield Step(topic, "alter", ", ".join(f"{k}={v}" for k, v in changed.items()))
    for name, value in undeclared(topic, current).items():
        yield Step(topic, "drift", f"sets {name}={value}, which is not declared")


def undeclared(topic: Topic, current: Mapping[str, ConfigEntry]) -> dict[str, str]:
    """Return what somebody set on the topic itself, and no declaration tells of."""
    # The client gives a number where its types promise the enumeration, maybe a newer one.
    own = {n for n, e in current.items() if getattr(e.source, "value", e.source) == _ON_TOPIC}
    strange = own - set(topic.config)
    return {name: str(current[name].value) for name in sorted(strange)}


def _settings(admin: AdminClient, topic: Topic) -> dict[str, ConfigEntry]:
    resource = ConfigResource(ResourceType.TOPIC, topic.name)
    found: dict[str, ConfigEntry] = next(iter(admin.describe_configs([resource]).values())).result(
        timeout=10
    )
    return found


def apply(admin: AdminClient, replication: int) -> list[Step]:
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
