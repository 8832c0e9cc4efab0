"""Events without a table: a message in the log becomes the very record that a row becomes."""

from collections.abc import Iterator

import psycopg
import pytest
from confluent_kafka import Message
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from cdc.connect.client import ConnectClient
from cdc.connect.connectors import OUTBOX_CONNECTOR, Config, connectors
from cdc.contracts.codec import decode
from cdc.contracts.events import ListingRepriced
from cdc.guard import replication
from stack.hops import headers_of
from tests.running_stack import Stack

pytestmark = pytest.mark.stack

NAME = "message_test"
EVENT = ListingRepriced(listing_id=2**31 + 7, old_price=120_000, new_price=115_000)
PUBLISH = f"""
from django.db import transaction
from django.test.utils import override_settings
from cdc.contracts.events import ListingRepriced
from cdc.outbox.batch import together
from cdc.outbox.context import because
from cdc.outbox.publish import publish

for transport in ("table", "message"):
    with override_settings(OUTBOX_TRANSPORT=transport), transaction.atomic(), together():
        for version in (1, 2, 3):
            publish({EVENT!r}, aggregate_version=version)
with override_settings(OUTBOX_TRANSPORT="message"), transaction.atomic():
    publish({EVENT!r}, aggregate_version=4)
    transaction.set_rollback(True)
"""


def config_of(stack: Stack) -> Config:
    """Return the table-less outbox connector's configuration under names of its own."""
    config = connectors(stack.source(), "message")[OUTBOX_CONNECTOR]
    return {name: value.replace("banyan_outbox", NAME) for name, value in config.items()}


@pytest.fixture
def message_connector(stack: Stack) -> Iterator[None]:
    """Run the table-less connector beside the others."""
    admin = AdminClient({"bootstrap.servers": stack.environment()["KAFKA_BOOTSTRAP"]})
    heartbeats = f"__debezium-heartbeat.{NAME}"
    admin.create_topics([NewTopic(heartbeats, 1, 1)])[heartbeats].result()
    database = psycopg.connect(stack.environment()["MONOLITH_DATABASE_URL"], autocommit=True)
    database.execute(f"CREATE PUBLICATION {NAME} FOR TABLE outbox_event")
    connect = ConnectClient(stack.url("connect", ""))
    connect.apply(NAME, config_of(stack))
    connect.wait_until_running(NAME, timeout_s=60)
    replication.wait_until_read(stack.source(), NAME)
    yield
    connect.delete(NAME)
    connect.close()
    replication.drop(stack.source(), NAME)
    database.execute(f"DROP PUBLICATION {NAME}")
    database.close()


def test_a_message_and_a_row_become_the_same_record(stack: Stack, message_connector: None) -> None:
    def found() -> list[Message]:
        records = stack.records("listing.events")
        return [each for each in records if each.key() == EVENT.aggregate_id.encode()]

    stack.manage("shell", "-c", PUBLISH)
    stack.wait_until(lambda: len(found()) >= 6)

    records = found()
    versions = [headers_of(record)["aggregateversion"] for record in records]
    assert sorted(versions) == ["1", "1", "2", "2", "3", "3"], "what was rolled back never leaves"
    shapes = {
        (record.partition(), record.value(), frozenset(headers_of(record))) for record in records
    }
    assert len(shapes) == 1
    assert decode("ListingRepriced", bytes(records[0].value() or b"")) == EVENT
