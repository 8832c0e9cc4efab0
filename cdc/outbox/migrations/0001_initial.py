"""Create the outbox, partitioned by day.

The event table is made by SQL, as Django cannot declare partitions; the primary key holds
`occurred_at` because PostgreSQL wants the partition key in it. The default partition takes
whatever day has no partition of its own, so that a missed maintenance run never fails a write.
"""

import uuid

from django.db import migrations, models

CREATE = """
CREATE TABLE outbox_event (
    id uuid NOT NULL,
    specversion text NOT NULL,
    source text NOT NULL,
    topic text NOT NULL,
    aggregate_type text NOT NULL,
    aggregate_id text NOT NULL,
    aggregate_version bigint NOT NULL,
    event_type text NOT NULL,
    payload bytea NOT NULL,
    occurred_at timestamptz NOT NULL,
    correlation_id text NOT NULL,
    causation_id text NOT NULL,
    traceparent text NOT NULL,
    PRIMARY KEY (id, occurred_at)
) PARTITION BY RANGE (occurred_at);
CREATE TABLE outbox_event_default PARTITION OF outbox_event DEFAULT;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []

    operations = [
        migrations.CreateModel(
            name="RegisteredContract",
            fields=[
                (
                    "fingerprint",
                    models.CharField(max_length=64, primary_key=True, serialize=False),
                ),
                ("subject", models.CharField(max_length=200)),
                ("schema_id", models.BigIntegerField()),
                ("registered_at", models.DateTimeField(auto_now=True)),
            ],
            options={"db_table": "outbox_contract"},
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(CREATE, "DROP TABLE outbox_event")],
            state_operations=[
                migrations.CreateModel(
                    name="OutboxEvent",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=uuid.uuid4,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        (
                            "specversion",
                            models.TextField(default="1.0", help_text="Of CloudEvents."),
                        ),
                        (
                            "source",
                            models.TextField(
                                default="/monolith",
                                help_text="Who tells it: CloudEvents source.",
                            ),
                        ),
                        (
                            "topic",
                            models.TextField(
                                help_text="Where the event goes: the topic of its domain."
                            ),
                        ),
                        ("aggregate_type", models.TextField()),
                        (
                            "aggregate_id",
                            models.TextField(
                                help_text="The Kafka key: one aggregate's events in order."
                            ),
                        ),
                        (
                            "aggregate_version",
                            models.BigIntegerField(help_text="The aggregate's version after it."),
                        ),
                        ("event_type", models.TextField()),
                        (
                            "payload",
                            models.BinaryField(help_text="Avro in the registry's wire format."),
                        ),
                        ("occurred_at", models.DateTimeField()),
                        ("correlation_id", models.TextField(default="")),
                        ("causation_id", models.TextField(default="")),
                        ("traceparent", models.TextField(default="")),
                    ],
                    options={"db_table": "outbox_event", "ordering": ["-occurred_at"]},
                ),
            ],
        ),
    ]
