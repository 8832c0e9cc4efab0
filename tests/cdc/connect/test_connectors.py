"""What the connectors' configuration must never lose; each line here was a trap once."""

import pytest

from cdc.connect.connectors import SIGNAL_COLUMNS, SIGNAL_TABLE, Config, Source, connectors
from cdc.contracts.tables import CAPTURED, FAVOURITES, LISTINGS
from cdc.contracts.topics import TOPICS
from cdc.outbox.models import OutboxEvent

SOURCE = Source("127.0.0.1", 5432, "monolith", "debezium", "secret")
EVERY = connectors(SOURCE)


@pytest.fixture(params=sorted(EVERY))
def config(request: pytest.FixtureRequest) -> Config:
    """Give each connector's configuration in turn."""
    return EVERY[request.param]


def test_the_two_share_no_prefix_slot_or_publication() -> None:
    for name in ("topic.prefix", "slot.name", "publication.name"):
        assert len({config[name] for config in EVERY.values()}) == len(EVERY)


def test_heartbeats_move_the_slot_and_their_topic_exists(config: Config) -> None:
    declared = {topic.name for topic in TOPICS}

    assert int(config["heartbeat.interval.ms"]) > 0
    assert f"__debezium-heartbeat.{config['topic.prefix']}" in declared


def test_the_heartbeats_own_log_message_goes_to_no_topic(config: Config) -> None:
    assert config["message.prefix.exclude.list"] == ".*"
    assert "'gw.heartbeat'" in config["heartbeat.action.query"]


def test_a_row_as_large_as_the_broker_takes_does_not_stop_the_task(config: Config) -> None:
    assert config["producer.override.max.request.size"] == str(10 * 1024 * 1024)


def test_exactly_once_is_one_choice_for_both() -> None:
    once = connectors(Source("127.0.0.1", 5432, "m", "d", "s"), is_exactly_once=True)

    assert {config["exactly.once.support"] for config in once.values()} == {"required"}
    assert not any("exactly.once.support" in config for config in EVERY.values())


def test_null_is_not_replaced_by_the_columns_default() -> None:
    assert EVERY["banyan-tables"]["value.converter.replace.null.with.default"] == "false"


def test_publications_are_ours_to_make(config: Config) -> None:
    assert config["publication.autocreate.mode"] == "disabled"


def test_the_snapshot_reads_the_published_columns_only() -> None:
    columns = EVERY["banyan-tables"]["column.include.list"].split(",")

    signal = [rf"public\.{SIGNAL_TABLE}\.{column}" for column in SIGNAL_COLUMNS]
    published = [rf"public\.{t.name}\.{column}" for t in CAPTURED for column in t.columns]
    assert columns == published + signal
    assert not any("seller" in column for column in columns)


def test_the_end_of_the_snapshot_is_told_where_every_reader_of_rows_hears_it() -> None:
    tables = EVERY["banyan-tables"]["table.include.list"].split(",")

    everybody = {reader.name for table in CAPTURED for reader in table.readers}
    assert tables[-2:] == [rf"public\.{table.name}" for table in (LISTINGS, FAVOURITES)]
    for table in (LISTINGS, FAVOURITES):
        assert {reader.name for reader in table.readers} == everybody


def test_every_captured_table_has_its_topic() -> None:
    declared = {topic.name for topic in TOPICS}

    assert {table.topic for table in CAPTURED} <= declared
    assert all(table.topic == f"listing.cdc.{table.name}" for table in CAPTURED)


def test_every_header_comes_from_a_column_of_the_outbox() -> None:
    placement = EVERY["banyan-outbox"]["transforms.outbox.table.fields.additional.placement"]
    columns = {field.column for field in OutboxEvent._meta.fields}

    assert {part.split(":")[0] for part in placement.split(",")} <= columns


def test_events_come_from_the_table_or_from_the_log_and_never_from_both() -> None:
    by_table = connectors(SOURCE, "table")["banyan-outbox"]
    by_message = connectors(SOURCE, "message")["banyan-outbox"]

    assert by_table["message.prefix.exclude.list"] == ".*"
    assert by_message["message.prefix.include.list"] == "outbox"
    assert "message.prefix.exclude.list" not in by_message, "Debezium takes one of the two"
    assert by_message["predicates.isOutbox.pattern"] != by_table["predicates.isOutbox.pattern"]
