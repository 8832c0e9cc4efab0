"""What the runtime keeps in a consumer's own database: offsets, inbox, parked records, decisions.

PostgreSQL for consumers whose read model is there; a SQLite file beside the read model for
others, which need the parked records only.
"""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now


class PartitionOwner(models.Model):
    """How far a partition is applied, and under which epoch it is written."""

    consumer = models.CharField(max_length=100)
    topic = models.CharField(max_length=249)
    partition = models.PositiveIntegerField()
    next_offset = models.BigIntegerField(null=True)
    # Raised by each new owner: who writes under an older one is a zombie.
    epoch = models.BigIntegerField(default=1)
    # Records below it were handled before and are read again on purpose.
    replay_until = models.BigIntegerField(default=0)
    # Of the consumer's handlers, that have applied what is below `next_offset`.
    version = models.PositiveIntegerField(default=1, db_default=1)

    class Meta:
        db_table = "runtime_partition"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["consumer", "topic", "partition"], name="runtime_partition_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.consumer} {self.topic}/{self.partition} at {self.next_offset}"


class InboxEntry(models.Model):
    """An event that was applied."""

    consumer = models.CharField(max_length=100)
    message_id = models.CharField(max_length=200)
    # Of the record that brought it first: read again on purpose, that one counts once more.
    offset = models.BigIntegerField(null=True)
    handled_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "runtime_inbox"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["consumer", "message_id"], name="runtime_inbox_once")
        ]
        indexes: ClassVar = [models.Index(fields=["handled_at"], name="runtime_inbox_old")]

    def __str__(self) -> str:
        return f"{self.consumer} {self.message_id}"


class ParkedRecord(models.Model):
    """A record that could not be applied, or that waits behind one of its key."""

    consumer = models.CharField(max_length=100)
    topic = models.CharField(max_length=249)
    partition = models.PositiveIntegerField()
    offset = models.BigIntegerField()
    key = models.BinaryField(null=True)
    value = models.BinaryField(null=True)
    # [name, base64 or null] each, as bytes need not be text.
    headers = models.JSONField(default=list)
    timestamp = models.FloatField()
    state = models.CharField(max_length=10)
    attempts = models.PositiveIntegerField(default=0)
    due = models.FloatField(default=0)
    error = models.TextField(default="", blank=True)
    # Of the last failure, for whoever repairs the handler; its end, when it is long.
    stack = models.TextField(default="", blank=True)
    holds_key = models.BooleanField(default=True)
    is_replay = models.BooleanField(default=False)
    # Which version of which aggregate it tells, if any.
    aggregate = models.TextField(default="", db_default="", blank=True)
    version = models.BigIntegerField(null=True)
    parked_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "runtime_parked"
        ordering: ClassVar = ["topic", "partition", "offset"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["consumer", "topic", "partition", "offset"], name="runtime_parked_once"
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["consumer", "topic", "partition", "key"], name="runtime_parked_key"
            )
        ]

    def __str__(self) -> str:
        return f"{self.consumer} {self.topic}/{self.partition}/{self.offset} {self.state}"


class ReplayOrder(models.Model):
    """A place to go back to, for whoever owns the partition."""

    consumer = models.CharField(max_length=100)
    topic = models.CharField(max_length=249)
    partition = models.PositiveIntegerField()
    offset = models.BigIntegerField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "runtime_order"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["consumer", "topic", "partition"], name="runtime_order_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.consumer} {self.topic}/{self.partition} back to {self.offset}"


class Halt(models.Model):
    """A consumer that goes on when a person says so, and who said it."""

    consumer = models.CharField(max_length=100)
    reason = models.TextField()
    at = models.DateTimeField(auto_now_add=True)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.CharField(max_length=150, blank=True)
    lift_reason = models.TextField(blank=True)

    class Meta:
        db_table = "runtime_halt"
        ordering: ClassVar = ["-at"]
        constraints: ClassVar = [
            # Several processes halt it at the same time.
            models.UniqueConstraint(
                fields=["consumer"],
                condition=models.Q(lifted_at=None),
                name="runtime_halt_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.consumer} halted at {self.at}: {self.reason}"


class Decision(models.Model):
    """What a person decided about a dead record, and why."""

    consumer = models.CharField(max_length=100)
    topic = models.CharField(max_length=249)
    partition = models.PositiveIntegerField()
    offset = models.BigIntegerField()
    verb = models.CharField(max_length=10)
    actor = models.CharField(max_length=150)
    reason = models.TextField(blank=True)
    error = models.TextField(blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "runtime_decision"
        ordering: ClassVar = ["-at"]

    def __str__(self) -> str:
        return f"{self.verb} {self.topic}/{self.partition}/{self.offset} by {self.actor}"
