"""The doctor on the running line: silent when it is well, precise when a part is away."""

import json
from contextlib import closing
from dataclasses import replace
from typing import Any

import psycopg
import pytest
from confluent_kafka.admin import (  # type: ignore[attr-defined]
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    ResourceType,
)

from cdc.connect.client import ConnectClient
from cdc.connect.connectors import OUTBOX_CONNECTOR
from cdc.contracts.topics import LISTING_EVENTS
from tests.running_stack import Stack

pytestmark = pytest.mark.stack


def findings(stack: Stack, patience_s: float = 0) -> list[dict[str, Any]]:
    """Return what `cdc doctor` finds."""
    done = stack.try_manage("cdc", "doctor", "--json", "--patience", str(patience_s))
    found: list[dict[str, Any]] = json.loads(done.stdout)["findings"]
    assert (done.returncode == 0) is (found == [])
    return found


def checks(stack: Stack) -> set[str]:
    """Return which checks found something."""
    return {each["check"] for each in findings(stack)}


def test_a_line_that_is_well_is_left_in_peace(stack: Stack) -> None:
    stack.wait_until(lambda: findings(stack) == [])
    assert findings(stack, patience_s=60) == []


def test_slots_that_are_read_and_stand_still_are_found(stack: Stack) -> None:
    (worker, *_) = stack.family("connect")
    worker.suspend()
    try:
        found = findings(stack, patience_s=1)
    finally:
        worker.resume()
    assert [each["check"] for each in found].count("slot movement") == 2
    stack.wait_until(lambda: findings(stack) == [], timeout_s=60)


def test_a_stopped_worker_is_found_twice(stack: Stack) -> None:
    stack.manage("stack", "stop", "connect")
    try:
        assert {"connector", "replication slot"} <= checks(stack)
    finally:
        stack.manage("stack", "start", "connect")
    stack.wait_until(lambda: findings(stack) == [], timeout_s=60)


def test_a_connector_that_runs_otherwise_than_declared_is_found(stack: Stack) -> None:
    with closing(ConnectClient(stack.environment()["CONNECT_URL"])) as client:
        running = client.configuration(OUTBOX_CONNECTOR)
        client.apply(OUTBOX_CONNECTOR, {**running, "poll.interval.ms": "777"})
    try:
        found = [each for each in findings(stack) if "otherwise than declared" in each["fact"]]
    finally:
        stack.manage("connectors", "apply")
    assert [each["fact"].rpartition(": ")[2] for each in found] == ["poll.interval.ms"]
    stack.wait_until(lambda: findings(stack) == [], timeout_s=60)


def test_a_topic_with_another_retention_is_found(stack: Stack) -> None:
    admin = AdminClient(
        {"bootstrap.servers": stack.environment()["KAFKA_BOOTSTRAP"], "log_level": 0}
    )
    # Not so short that the broker, who looks now and then, drops what other tests count.
    hour = ConfigEntry("retention.ms", "3600000", incremental_operation=AlterConfigOpType.SET)
    short = ConfigResource(ResourceType.TOPIC, LISTING_EVENTS, incremental_configs=[hour])
    for done in admin.incremental_alter_configs([short]).values():
        done.result(10)
    try:
        (finding,) = findings(stack)
        assert LISTING_EVENTS in finding["fact"]
        assert finding["mend"] == "manage.py topics apply"
    finally:
        stack.manage("topics", "apply")
    assert findings(stack) == []


def test_topics_of_fewer_copies_than_asked_for_are_drift(stack: Stack) -> None:
    asked = replace(stack, settings={"TOPIC_REPLICATION": "2"}).manage("topics", "plan")
    assert f"drift   {LISTING_EVENTS}: has 1 replicas, 2 declared" in asked


def test_a_contract_that_could_not_be_published_is_found(stack: Stack) -> None:
    with psycopg.connect(stack.environment()["MONOLITH_DATABASE_URL"]) as monolith:
        monolith.execute("DELETE FROM outbox_contract WHERE subject LIKE '%Repriced'")
    try:
        (finding,) = findings(stack)
        assert "listing.ListingRepriced" in finding["fact"]
    finally:
        stack.manage("contracts", "register")
    assert findings(stack) == []
