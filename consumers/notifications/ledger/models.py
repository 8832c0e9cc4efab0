"""The ledger: to whom something is told, why, how, and what became of it.

The rows are the truth and keep the time; a task carries the numbers of some of them and nothing
else, so that a lost task is found again by the sweep and a second one does nothing.
"""

from django.db import models
from django.db.models import Q
from django.utils import timezone


class Kind(models.TextChoices):
    """What people are told; the labels follow “Write to me about …”."""

    MATCH = "match", "new and cheaper homes that fit my saved searches, at once"
    PRICE = "price", "lower prices of my favourite homes"
    STATUS = "status", "favourite homes that are being sold, withdrawn or back for sale"
    DIGEST = "digest", "my saved searches, once a day or a week"
    ENQUIRY = "enquiry", "enquiries and their answers"
    VIEWING = "viewing", "viewings"


# What people may switch off, one by one; for the others somebody waits.
SWITCHABLE = (Kind.MATCH, Kind.PRICE, Kind.STATUS, Kind.DIGEST)


class State(models.TextChoices):
    PLANNED = "planned", "Planned"
    SENDING = "sending", "Being sent"
    SENT = "sent", "Sent"
    DELIVERED = "delivered", "Delivered, as the mail's provider says"
    BOUNCED = "bounced", "Came back"
    COMPLAINED = "complained", "Called unwanted"
    DROPPED = "dropped", "Not sent, for a reason"
    FAILED = "failed", "Refused for good"
    UNKNOWN = "unknown", "Nobody knows whether it arrived"
    RETURNED = "returned", "Given back to the monolith"


class Notification(models.Model):
    """One thing told to one person by one channel, from the plan to its end."""

    id = models.UUIDField(primary_key=True)
    # The event that caused it.
    event_id = models.CharField(max_length=64)
    account_id = models.BigIntegerField(db_index=True)
    kind = models.CharField(max_length=10, choices=Kind)
    channel = models.CharField(max_length=10, default="email")
    endpoint_id = models.BigIntegerField(null=True, help_text="Of a webhook: to which of them.")
    listing_id = models.BigIntegerField(null=True)
    saved_search_id = models.BigIntegerField(null=True)
    state = models.CharField(max_length=10, choices=State, default=State.PLANNED)
    reason = models.CharField(max_length=200, blank=True, help_text="Why it was not sent.")
    attempts = models.PositiveSmallIntegerField(default=0, help_text="How often it was refused.")
    waits = models.PositiveSmallIntegerField(default=0, help_text="How often it was put off.")
    is_held = models.BooleanField(default=False, help_text="It waited for a better hour.")
    is_unwritten = models.BooleanField(
        default=False,
        # Workers of the release before write rows meanwhile.
        db_default=False,
        help_text="A broken template held it up: it does not grow old by that.",
    )
    waits_at = models.CharField(
        max_length=40,
        blank=True,
        default="",
        db_default="",
        help_text="At which provider's gate, if at any.",
    )
    told_with = models.UUIDField(null=True, help_text="In whose letter it was told.")
    planned_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(
        default=timezone.now, help_text="When it is tried next; of a claim, when it ends."
    )
    sent_at = models.DateTimeField(null=True, blank=True)
    subject = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            # What makes a replay harmless: the same cause gives a person no second row.
            models.UniqueConstraint(
                fields=["account_id", "event_id", "channel", "endpoint_id"],
                name="notification_once_a_cause",
                nulls_distinct=False,
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                name="notification_open",
                condition=Q(state__in=["planned", "sending"]),
            ),
            models.Index(
                fields=["waits_at", "planned_at"],
                name="notification_at_gate",
                condition=Q(state="planned") & ~Q(waits_at=""),
            ),
            models.Index(
                fields=["told_with"],
                name="notification_gathered",
                condition=Q(told_with__isnull=False),
            ),
            # Few, and asked about by every sweep.
            models.Index(
                fields=["planned_at"],
                name="notification_unknown",
                condition=Q(state="unknown"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} for account {self.account_id}: {self.state}"


class Waiting(models.Model):
    """A change of which the home is not told yet: who hears of it is decided when it is."""

    event_id = models.CharField(max_length=64, primary_key=True)
    listing_id = models.BigIntegerField(db_index=True)
    version = models.BigIntegerField()
    since = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"Event {self.event_id} waits for listing {self.listing_id}"


class Intervention(models.Model):
    """What an operator did to a row, and why."""

    notification_id = models.UUIDField(db_index=True)
    account_id = models.BigIntegerField(db_index=True)
    what = models.CharField(max_length=10)
    state_before = models.CharField(max_length=10)
    who = models.CharField(max_length=80)
    reason = models.CharField(max_length=200)
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.who}: {self.what} {self.notification_id}"


class FeedItem(models.Model):
    """What somebody finds on their own page; the channel `feed` writes it."""

    notification_id = models.UUIDField(primary_key=True)
    account_id = models.BigIntegerField(db_index=True)
    subject = models.CharField(max_length=200)
    path = models.CharField(max_length=300)
    made_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.subject


class Erased(models.Model):
    """A person of whom nothing is kept: what is told of them late is passed over."""

    account_id = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"Account {self.account_id} was erased"


class Choice(models.Model):
    """What somebody said on this service's own page or by a letter's link."""

    account_id = models.BigIntegerField()
    kind = models.CharField(max_length=10, choices=Kind)
    channel = models.CharField(max_length=10, default="email")
    saved_search_id = models.BigIntegerField(
        null=True, blank=True, help_text="The one that was ended; none when it is the whole kind."
    )
    is_wanted = models.BooleanField()
    chosen_at = models.DateTimeField(auto_now=True)
    told_at = models.DateTimeField(
        null=True, blank=True, help_text="When the monolith was told, so that it heeds it too."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account_id", "kind", "channel", "saved_search_id"],
                name="choice_once",
                nulls_distinct=False,
            ),
        ]
        indexes = [
            # Few, and asked about by every sweep.
            models.Index(
                fields=["chosen_at"], name="choice_untold", condition=Q(told_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"Account {self.account_id}: {self.kind} by {self.channel}: {self.is_wanted}"
