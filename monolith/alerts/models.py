"""Alerts: what happened to a home, whom that made us write to, and what became of it.

The rows are the truth and keep the time; a task carries the number of one of them and nothing
else, so that a lost task is found again by the sweep and a second one does nothing. Rows are
written by the services of this app only.
"""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from cdc.contracts.handled_by import Stamp
from cdc.contracts.notification_ids import id_of
from monolith.interests.models import Frequency, SavedSearch
from monolith.listings.models import Listing, Status
from monolith.versions import raise_version


class Kind(models.TextChoices):
    """What people may switch off, one by one; the labels follow “Write to me about …”."""

    MATCH = "match", "new and cheaper homes that fit my saved searches, at once"
    PRICE = "price", "lower prices of my favourite homes"
    STATUS = "status", "favourite homes that are being sold, withdrawn or back for sale"
    DIGEST = "digest", "my saved searches, once a day or a week"


# What nobody may switch off: mails about enquiries and viewings.
MESSAGES = ("enquiry", "viewing")


class OptOut(models.Model):
    """A kind of alert that a person does not want; all are wanted until they say so."""

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="alert_opt_outs",
        db_index=False,
    )
    kind = models.CharField(max_length=10, choices=Kind)
    since = models.DateTimeField(auto_now_add=True)
    version = models.BigIntegerField(default=1, db_default=1, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "kind"], name="alert_opt_out_once"),
        ]
        triggers = [raise_version()]

    def __str__(self) -> str:
        return f"Account {self.account_id}: no {self.kind}"


class What(models.TextChoices):
    PUBLISHED = "published", "Put on the market"
    REDUCED = "reduced", "Reduced"
    MOVED = "moved", "Status changed"


class Cause(models.Model):
    """What alerts come from, as its event tells it to others too.

    The stamp says for whom a service writes; it is the event's own, so both sides go by one text.
    """

    event_id = models.UUIDField(null=True, editable=False, unique=True)
    handled_by = models.TextField(
        default="", db_default="", editable=False, help_text="The stamp of the event."
    )

    class Meta:
        abstract = True

    @property
    def stamp(self) -> Stamp:
        return Stamp.parse(self.handled_by)


class Change(Cause):
    """Something happened to a home that people may want to hear of: the cause of alerts."""

    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="+")
    what = models.CharField(max_length=10, choices=What)
    old_price = models.IntegerField(null=True, blank=True)
    new_price = models.IntegerField(null=True, blank=True)
    new_status = models.CharField(max_length=10, choices=Status, default=Status.ACTIVE)
    happened_at = models.DateTimeField(default=timezone.now)
    handled_at = models.DateTimeField(
        null=True, blank=True, help_text="When the alerts about it were planned."
    )

    class Meta:
        indexes = [
            models.Index(fields=["happened_at"], name="alert_change_time"),
            models.Index(
                fields=["id"], name="alert_change_waiting", condition=Q(handled_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"Listing {self.listing_id}: {self.get_what_display().lower()}"


class Digest(Cause):
    """A time at which overviews were due, and what they look back to. It comes once."""

    frequency = models.CharField(max_length=7, choices=Frequency)
    slot = models.DateTimeField()
    since = models.DateTimeField()
    planned_up_to = models.BigIntegerField(
        default=0, help_text="The last account whose searches were looked at."
    )
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["frequency", "slot"], name="digest_slot_once"),
        ]

    def __str__(self) -> str:
        return f"{self.frequency} {self.slot:%Y-%m-%d %H:%M}"


class State(models.TextChoices):
    PLANNED = "planned", "Planned"
    SENDING = "sending", "Being sent"
    SENT = "sent", "Sent"
    DROPPED = "dropped", "Not sent, for a reason"
    FAILED = "failed", "Failed"


class Alert(models.Model):
    """One mail to one person, from the plan to its end: about homes, or a message.

    A cause gives each person one at most.
    """

    state = models.CharField(max_length=10, choices=State, default=State.PLANNED)
    reason = models.CharField(max_length=200, blank=True, help_text="Why it was not sent.")
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now, help_text="When it is tried next.")
    sent_at = models.DateTimeField(null=True, blank=True)
    subject = models.CharField(max_length=200, blank=True)
    message_id = models.CharField(max_length=120, blank=True)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="alerts", db_index=False
    )
    kind = models.CharField(max_length=10, choices=Kind)
    event_id = models.UUIDField(
        null=True, editable=False, help_text="The cause's event: how a service knows the mail."
    )
    notification_id = models.UUIDField(
        null=True,
        editable=False,
        unique=True,
        help_text="Made of event, person and kind, as a service makes it.",
    )
    change = models.ForeignKey(Change, on_delete=models.CASCADE, null=True, blank=True)
    digest = models.ForeignKey(Digest, on_delete=models.CASCADE, null=True, blank=True)
    saved_search = models.ForeignKey(
        SavedSearch, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    planned_at = models.DateTimeField(default=timezone.now)
    version = models.BigIntegerField(default=1, db_default=1, editable=False)

    class Meta:
        triggers = [raise_version()]
        constraints = [
            # What makes a retried task harmless: the same cause gives a person no second row.
            models.UniqueConstraint(fields=["account", "change"], name="alert_once_a_change"),
            models.UniqueConstraint(fields=["account", "digest"], name="alert_once_a_digest"),
            models.CheckConstraint(
                name="alert_has_one_cause",
                condition=Q(change__isnull=True) ^ Q(digest__isnull=True)
                | Q(change=None, digest=None, kind__in=MESSAGES, event_id__isnull=False),
            ),
        ]
        indexes = [
            models.Index("account", F("id").desc(), name="alert_newest"),
            models.Index(
                fields=["due_at"],
                name="alert_open",
                condition=Q(state__in=[State.PLANNED, State.SENDING]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} for account {self.account_id}: {self.state}"

    @classmethod
    def about(cls, event_id: UUID | None, account_id: int, kind: str, **facts: Any) -> "Alert":
        """Return the one mail about an event to a person; it is not saved."""
        # What came before events has no id that others would know.
        number = id_of(event_id, account_id, kind) if event_id else None
        named = {"event_id": event_id, "notification_id": number}
        return cls(account_id=account_id, kind=kind, **named, **facts)
