"""The outbox's tables in the monolith's database.

Enters: rows from `publish`. Leaves: the write-ahead log, where Debezium reads them.
`outbox_event` is append-only and partitioned by day of `occurred_at`, so that old days
can be dropped whole; its migration says how.
"""

import uuid

from django.db import models


class OutboxEvent(models.Model):
    """An event as it was committed with the change that it tells of."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    specversion = models.TextField(default="1.0", help_text="Of CloudEvents.")
    source = models.TextField(default="/monolith", help_text="Who tells it: CloudEvents source.")
    topic = models.TextField(help_text="Where the event goes: the topic of its domain.")
    aggregate_type = models.TextField()
    aggregate_id = models.TextField(help_text="The Kafka key: one aggregate's events in order.")
    aggregate_version = models.BigIntegerField(help_text="The aggregate's version after it.")
    event_type = models.TextField()
    payload = models.BinaryField(help_text="Avro in the registry's wire format.")
    occurred_at = models.DateTimeField()
    correlation_id = models.TextField(default="")
    causation_id = models.TextField(default="")
    traceparent = models.TextField(default="")
    actor = models.TextField(default="system", help_text="Who: account:<id>, visitor, system.")
    reason = models.TextField(default="", help_text="Why: the page, command or task.")
    # With a default of the database's: while a release rolls out, its older processes write too.
    handled_by = models.TextField(
        default="",
        db_default="",
        help_text="For whom a service acts on it: `contracts.handled_by`.",
    )

    class Meta:
        db_table = "outbox_event"
        ordering = ["-occurred_at"]
        indexes = [
            models.Index(fields=["aggregate_id", "occurred_at"], name="outbox_aggregate"),
        ]

    def __str__(self) -> str:
        return f"{self.event_type} {self.aggregate_type}/{self.aggregate_id}"


class Reemission(models.Model):
    """An event that was written once more, because no record of it was in Kafka.

    Its record comes after later ones of its aggregate; whoever checks the order must know.
    """

    event_id = models.UUIDField(primary_key=True, editable=False)
    reemitted_at = models.DateTimeField(auto_now=True)

    class Meta:
        db_table = "outbox_reemission"

    def __str__(self) -> str:
        return str(self.event_id)


class RegisteredContract(models.Model):
    """The registry's id of a contract, so that publishing needs no call to the registry."""

    fingerprint = models.CharField(primary_key=True, max_length=64)
    subject = models.CharField(max_length=200)
    schema_id = models.BigIntegerField()
    registered_at = models.DateTimeField(auto_now=True)

    class Meta:
        db_table = "outbox_contract"

    def __str__(self) -> str:
        return f"{self.subject} = {self.schema_id}"


class ClosedDay(models.Model):
    """A day whose last event is in the log: nothing can be added to it any more."""

    day = models.DateField(primary_key=True)
    lsn = models.TextField(help_text="A log position after the day's last commit.")
    closed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "outbox_closed_day"

    def __str__(self) -> str:
        return f"{self.day} until {self.lsn}"
