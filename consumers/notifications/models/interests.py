"""What people keep at the monolith: favourite homes and saved searches, by its numbers."""

from django.db import models


class Frequency(models.TextChoices):
    INSTANT = "instant"
    DAILY = "daily"
    WEEKLY = "weekly"
    NONE = "none"


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

    def __str__(self) -> str:
        return f"Search {self.pk} of account {self.account_id}"
