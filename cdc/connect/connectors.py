"""The two Debezium connectors, as data.

Enters: where PostgreSQL is, and the declared topics and tables. Leaves: the configuration
that `manage.py connectors apply` gives to Kafka Connect. Two connectors with a slot and a
publication each, so that a long snapshot of tables never delays an event. Names and values
are Debezium's (PostgreSQL connector and outbox event router documentation, 3.6).
"""

from dataclasses import dataclass
from typing import Literal

from cdc.contracts.tables import CAPTURED, OUTBOX_PREFIX
from cdc.contracts.topics import NOTIFICATIONS

OUTBOX_CONNECTOR = "banyan-outbox"
TABLES_CONNECTOR = "banyan-tables"
OUTBOX_TABLE = "outbox_event"
SIGNAL_TABLE = "cdc_signal"
SIGNAL_COLUMNS = ("id", "type", "data")
OUTBOX_PUBLICATION = "banyan_outbox"
TABLES_PUBLICATION = "banyan_tables"

Config = dict[str, str]
# Where the outbox connector finds events: rows of a table, or messages in the log alone.
Carrier = Literal["table", "message"]

_TOPIC_NAME_MATCHES = "org.apache.kafka.connect.transforms.predicates.TopicNameMatches"


@dataclass(frozen=True, slots=True)
class Source:
    """The monolith's database as Debezium reaches it."""

    host: str
    port: int
    database: str
    user: str
    password: str


def connectors(
    source: Source, carrier: Carrier = "table", *, is_exactly_once: bool = False
) -> dict[str, Config]:
    """Return every connector's configuration by the connector's name."""
    more = _EXACTLY_ONCE if is_exactly_once else {}
    return {
        OUTBOX_CONNECTOR: _outbox(source) | _CARRIERS[carrier] | more,
        TABLES_CONNECTOR: _tables(source) | more,
    }


# Records and offsets of a poll are one transaction of Kafka, so fewer polls carry more each.
# The worker has to allow it (exactly.once.source.support), or refuses the connector.
_EXACTLY_ONCE = {
    "exactly.once.support": "required",
    "transaction.boundary": "poll",
    "poll.interval.ms": "50",
}


def _common(source: Source, name: str) -> Config:
    return {
        "connector.class": "io.debezium.connector.postgresql.PostgresConnector",
        "tasks.max": "1",
        "plugin.name": "pgoutput",
        "database.hostname": source.host,
        "database.port": str(source.port),
        "database.dbname": source.database,
        "database.user": source.user,
        "database.password": source.password,
        # A prefix each: two connectors with the same one collide in JMX and one does nothing.
        "topic.prefix": name,
        "slot.name": name,
        "publication.name": name,
        "publication.autocreate.mode": "disabled",
        # A batch leaves soon after it is there; the default looks twice a second. Looking twice as
        # often would save 4 ms more and cost a tenth of a core for ever.
        "poll.interval.ms": "10",
        "max.batch.size": "2048",
        "max.queue.size": "8192",
        # Heartbeats move the slot while our tables are quiet but the database is not. Each is a
        # transaction: a connector that starts again looks for its place by commits alone, and
        # would say RUNNING and do nothing until somebody commits.
        "heartbeat.interval.ms": "5000",
        "heartbeat.action.query": (
            "SELECT pg_logical_emit_message(true, 'gw.heartbeat', now()::text)"
        ),
        "status.update.interval.ms": "5000",
        "lsn.flush.mode": "connector",
        # A database that restarts is asked again soon, and for as long as it takes.
        "errors.max.retries": "-1",
        "retriable.restart.connector.wait.ms": "1000",
        # Only what the published language names travels in the headers.
        "extended.headers.enabled": "false",
        "decimal.handling.mode": "string",
        "time.precision.mode": "isostring",
        # The client's default of 1 MB would stop the task at a larger row; the broker takes 10.
        "producer.override.max.request.size": str(10 * 1024 * 1024),
        "producer.override.acks": "all",
        "producer.override.compression.type": "lz4",
        "producer.override.linger.ms": "1",
    }


def _outbox(source: Source) -> Config:
    router = "transforms.outbox"
    return _common(source, OUTBOX_PUBLICATION) | {
        "table.include.list": f"public.{OUTBOX_TABLE}",
        "snapshot.mode": "no_data",
        "tombstones.on.delete": "false",
        "key.converter": "org.apache.kafka.connect.storage.StringConverter",
        "predicates": "isOutbox",
        "predicates.isOutbox.type": _TOPIC_NAME_MATCHES,
        f"{router}.type": "io.debezium.transforms.outbox.EventRouter",
        f"{router}.predicate": "isOutbox",
        f"{router}.table.field.event.id": "id",
        f"{router}.table.field.event.key": "aggregate_id",
        f"{router}.table.field.event.type": "event_type",
        f"{router}.table.field.event.payload": "payload",
        f"{router}.table.fields.additional.placement": _headers(),
        # A column that a release brings is missing in what was written before it and read after.
        f"{router}.table.fields.additional.error.on.missing": "false",
        f"{router}.table.op.invalid.behavior": "fatal",
        f"{router}.route.by.field": "topic",
        f"{router}.route.topic.replacement": "${routedByValue}",
    }


# Anybody may put messages into the log, the heartbeat does; they have no topic here, and a
# record without one stalls the task.
_NO_MESSAGES = {"message.prefix.exclude.list": ".*"}
_CARRIERS: dict[Carrier, Config] = {
    "table": {
        # The payload's bytes pass untouched; heartbeats still need a converter of their own.
        "value.converter": "io.debezium.converters.BinaryDataConverter",
        "value.converter.delegate.converter.type": "org.apache.kafka.connect.json.JsonConverter",
        "value.converter.delegate.converter.type.schemas.enable": "false",
        **_NO_MESSAGES,
        "transforms": "outbox",
        "predicates.isOutbox.pattern": rf"{OUTBOX_PUBLICATION}\.public\.{OUTBOX_TABLE}",
    },
    "message": {
        # The message is JSON, in which a byte of the payload is a character; written out in
        # this alphabet it is the byte again.
        "value.converter": "org.apache.kafka.connect.storage.StringConverter",
        "value.converter.converter.encoding": "ISO-8859-1",
        "message.prefix.include.list": OUTBOX_PREFIX,
        "transforms": "decode,outbox",
        "transforms.decode.type": (
            "io.debezium.connector.postgresql.transforms.DecodeLogicalDecodingMessageContent"
        ),
        "transforms.decode.predicate": "isOutbox",
        "predicates.isOutbox.pattern": rf"{OUTBOX_PUBLICATION}\.message",
    },
}


def _headers() -> str:
    columns = {
        "id": "ce_id",
        "specversion": "ce_specversion",
        "source": "ce_source",
        "event_type": "ce_type",
        "aggregate_id": "ce_subject",
        "occurred_at": "ce_time",
        "aggregate_version": "aggregateversion",
        "correlation_id": "correlationid",
        "causation_id": "causationid",
        "traceparent": "traceparent",
        "handled_by": "handledby",
    }
    return ",".join(f"{column}:header:{header}" for column, header in columns.items())


def _tables(source: Source) -> Config:
    converter = "org.apache.kafka.connect.json.JsonConverter"
    columns = [rf"public\.{table.name}\.{column}" for table in CAPTURED for column in table.columns]
    signal = [rf"public\.{SIGNAL_TABLE}\.{column}" for column in SIGNAL_COLUMNS]
    return _common(source, TABLES_PUBLICATION) | {
        **_NO_MESSAGES,
        "table.include.list": ",".join(rf"public\.{table.name}" for table in CAPTURED),
        # The publication's column list does not reach the snapshot, so it is said here too.
        "column.include.list": ",".join(columns + signal),
        "snapshot.mode": "initial",
        # The first snapshot is whole; later ones come by signal, amid the stream.
        "signal.enabled.channels": "source",
        "signal.data.collection": f"public.{SIGNAL_TABLE}",
        "incremental.snapshot.chunk.size": "1024",
        # Debezium marks a chunk by a row that it puts in and takes out again.
        "incremental.snapshot.watermarking.strategy": "insert_delete",
        "notification.enabled.channels": "sink,log",
        "notification.sink.topic.name": NOTIFICATIONS,
        "tombstones.on.delete": "true",
        "key.converter": converter,
        "key.converter.schemas.enable": "false",
        "value.converter": converter,
        "value.converter.schemas.enable": "false",
        # Else NULL in a column with a default of the database's arrives as that default.
        "value.converter.replace.null.with.default": "false",
        # Signals are for the connector alone and have no topic.
        "transforms": "signals,route",
        "transforms.signals.type": "org.apache.kafka.connect.transforms.Filter",
        "transforms.signals.predicate": "isSignal",
        "predicates": "isSignal",
        "predicates.isSignal.type": _TOPIC_NAME_MATCHES,
        "predicates.isSignal.pattern": rf"{TABLES_PUBLICATION}\.public\.{SIGNAL_TABLE}",
        "transforms.route.type": "org.apache.kafka.connect.transforms.RegexRouter",
        "transforms.route.regex": rf"{TABLES_PUBLICATION}\.public\.(.*)",
        "transforms.route.replacement": "listing.cdc.$1",
    }
