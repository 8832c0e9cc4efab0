"""What people keep at the monolith: favourite homes and saved searches, by its numbers."""

from typing import Any

from django.db import models
from django.db.models import Func


class Frequency(models.TextChoices):
    INSTANT = "instant"
    DAILY = "daily"
    WEEKLY = "weekly"
    NONE = "none"


class ThisTransaction(Func):
    """The number of the transaction that writes; numbers never come again."""

    template = "pg_current_xact_id()::text::bigint"
    output_field = models.BigIntegerField()


class Favourite(models.Model):
    """Somebody keeps a home."""

    account_id = models.BigIntegerField(db_index=True)
    listing_id = models.BigIntegerField(db_index=True)
    since = models.DateTimeField(help_text="What happened to the home later is told.")

    def __str__(self) -> str:
        return f"Listing {self.listing_id} for account {self.account_id}"


class SavedSearch(models.Model):
    """Somebody wants to hear of homes like these."""

    account_id = models.BigIntegerField(db_index=True)
    name = models.CharField(max_length=80, blank=True)
    criteria = models.JSONField()
    frequency = models.CharField(max_length=7, choices=Frequency, db_index=True)
    version = models.BigIntegerField()
    since = models.DateTimeField(help_text="What happened to a home later is told.")
    written_by = models.BigIntegerField(
        db_default=ThisTransaction(), db_index=True, help_text="The last transaction that wrote it."
    )

    def __str__(self) -> str:
        return f"Search {self.pk} of account {self.account_id}"

    def save(self, *args: Any, **options: Any) -> None:
        self.written_by = ThisTransaction()
        super().save(*args, **options)
