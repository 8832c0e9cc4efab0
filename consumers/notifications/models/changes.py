"""What happened to homes that people may want to hear of, and to whom the service tells it."""

from django.db import models


class What(models.TextChoices):
    PUBLISHED = "published"
    REDUCED = "reduced"
    MOVED = "moved"


class Change(models.Model):
    """One event of a listing: the cause of notifications, and news for overviews."""

    event_id = models.CharField(max_length=64, primary_key=True)
    listing_id = models.BigIntegerField()
    # Of the listing after it: who hears of it is decided with a home that is as new, or newer.
    version = models.BigIntegerField()
    what = models.CharField(max_length=10, choices=What)
    old_price = models.IntegerField(null=True)
    new_price = models.IntegerField(null=True)
    new_status = models.CharField(max_length=10, default="active")
    happened_at = models.DateTimeField(db_index=True)
    handled_by = models.TextField(blank=True, help_text="The stamp: for whom the service acts.")

    class Meta:
        indexes = [models.Index(fields=["listing_id", "happened_at"], name="notif_change_of_home")]

    def __str__(self) -> str:
        return f"Listing {self.listing_id}: {self.what}"


class Digest(models.Model):
    """A time at which overviews were due, and what they look back to."""

    event_id = models.CharField(max_length=64, primary_key=True)
    frequency = models.CharField(max_length=7)
    slot = models.DateTimeField()
    since = models.DateTimeField()
    handled_by = models.TextField(blank=True, help_text="The stamp: for whom the service acts.")

    def __str__(self) -> str:
        return f"{self.frequency} {self.slot:%Y-%m-%d %H:%M}"
