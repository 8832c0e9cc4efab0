"""What people ask about homes, and what they are answered.

Rows are written by `services` and the admin. Names, addresses and texts stay in these tables:
no topic carries them. An enquiry belongs to whoever sells its home now, so it names no agent.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from monolith.listings.models import Listing
from monolith.versions import raise_version

MAX_TEXT = 2000


class Enquiry(models.Model):
    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="enquiries")
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="enquiries",
        db_index=False,
        help_text="Empty for a visitor, who gives a name and an address instead.",
    )
    name = models.CharField(max_length=80, blank=True)
    email = models.EmailField("e-mail address", blank=True)
    message = models.TextField(max_length=MAX_TEXT)
    sent_at = models.DateTimeField(auto_now_add=True)
    answered_at = models.DateTimeField(null=True, blank=True, help_text="The last time.")
    version = models.BigIntegerField(default=1, editable=False)

    class Meta:
        verbose_name_plural = "enquiries"
        constraints = [
            models.CheckConstraint(
                name="enquiry_can_be_answered",
                condition=Q(account__isnull=False) | ~Q(email=""),
                violation_error_message="Give an account or an e-mail address.",
            ),
        ]
        indexes = [models.Index(fields=["account", "-id"], name="enquiry_newest")]
        triggers = [raise_version()]

    def __str__(self) -> str:
        return f"Enquiry {self.pk} about listing {self.listing_id}"

    @property
    def asker_name(self) -> str:
        return self.account.get_full_name() if self.account else self.name

    @property
    def asker_email(self) -> str:
        return self.account.email if self.account else self.email


class Doubt(models.TextChoices):
    """Why a visitor may not have the mail of an answer."""

    LATE = "late", "Its mail has not left yet; it is tried again."
    UNCLEAR = "unclear", "Its mail broke off amid the sending; nobody knows whether it arrived."
    GIVEN_UP = "given up", "Its mail was not taken, and is not tried any more."


# Of these the agent may have another one sent.
OPEN_DOUBTS = (Doubt.UNCLEAR, Doubt.GIVEN_UP)


class Reply(models.Model):
    """An answer as it was mailed to the asker."""

    enquiry = models.ForeignKey(Enquiry, on_delete=models.CASCADE, related_name="replies")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="replies"
    )
    text = models.TextField(max_length=MAX_TEXT)
    sent_at = models.DateTimeField(auto_now_add=True)
    due_at = models.DateTimeField(
        null=True,
        editable=False,
        help_text="Of a visitor's: when its mail is tried next; empty once it was handed over.",
    )
    doubt = models.CharField(
        max_length=10,
        choices=Doubt,
        blank=True,
        default="",
        # Processes of the release before write answers meanwhile.
        db_default="",
        editable=False,
        help_text="Of a visitor's: why its mail may not have arrived.",
    )

    class Meta:
        verbose_name_plural = "replies"
        ordering = ["id"]
        indexes = [
            # What the sweep looks for, every few seconds.
            models.Index(fields=["due_at"], name="reply_due", condition=Q(due_at__isnull=False)),
            models.Index(fields=["enquiry"], name="reply_in_doubt", condition=~Q(doubt="")),
        ]

    def __str__(self) -> str:
        return f"Reply {self.pk} to enquiry {self.enquiry_id}"

    @property
    def may_be_mailed_again(self) -> bool:
        return self.doubt in OPEN_DOUBTS
