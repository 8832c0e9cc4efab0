"""What people keep: favourite homes and saved searches, each belonging to one account.

Rows are written by `services` only. What leaves are domain events, which carry the version of a
shelf or of a saved search; and, captured from the write-ahead log, which account keeps which home
and which search, without the names that people give their searches.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from monolith.listings.models import Listing
from monolith.versions import raise_version


class Frequency(models.TextChoices):
    INSTANT = "instant", "At once"
    DAILY = "daily", "Once a day"
    WEEKLY = "weekly", "Once a week"
    NONE = "none", "Never, only keep it"


class Shelf(models.Model):
    """One account's place for what it keeps: locked while that changes, so that changes queue.

    Favourites come and go, and their events have the account as key: this row's version is the
    one that rises with each of them.
    """

    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="shelf"
    )
    changed_at = models.DateTimeField(auto_now=True)
    version = models.BigIntegerField(default=1, editable=False)

    class Meta:
        verbose_name_plural = "shelves"
        triggers = [raise_version()]

    def __str__(self) -> str:
        return f"Shelf of account {self.pk}"


class Favourite(models.Model):
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="favourites",
        db_index=False,
    )
    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="favourites")
    added_at = models.DateTimeField(auto_now_add=True)
    version = models.BigIntegerField(default=1, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "listing"], name="favourite_once"),
        ]
        indexes = [
            models.Index("account", F("added_at").desc(), F("id").desc(), name="favourite_newest"),
        ]
        triggers = [raise_version()]

    def __str__(self) -> str:
        return f"Listing {self.listing_id} for account {self.account_id}"


class SavedSearch(models.Model):
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="saved_searches",
        db_index=False,
    )
    name = models.CharField(max_length=80)
    criteria = models.JSONField(help_text="As `criteria.normalised` returns them.")
    frequency = models.CharField(max_length=7, choices=Frequency)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    version = models.BigIntegerField(default=1, editable=False)

    class Meta:
        verbose_name_plural = "saved searches"
        constraints = [
            models.CheckConstraint(
                name="saved_search_frequency_is_known",
                condition=Q(frequency__in=Frequency.values),
            ),
        ]
        indexes = [models.Index(fields=["account", "-id"], name="saved_search_newest")]
        triggers = [raise_version()]

    def __str__(self) -> str:
        return self.name
