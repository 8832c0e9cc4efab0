"""An hour in which an agent shows a home to somebody.

Rows are written by `services` and the admin. The agent stands in the row, because it is their
hour that is taken; the database takes it once.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from monolith.listings.models import Listing
from monolith.versions import raise_version
from monolith.viewings import hours


class Status(models.TextChoices):
    REQUESTED = "requested", "Asked for"
    CONFIRMED = "confirmed", "Confirmed"
    DONE = "done", "Done"
    DECLINED = "declined", "Declined"
    CANCELLED = "cancelled", "Cancelled"


# These take the agent's hour.
OPEN = (Status.REQUESTED, Status.CONFIRMED)


class ViewingQuerySet(models.QuerySet["Viewing"]):
    def with_homes(self) -> "ViewingQuerySet":
        """Read the home and both people along, and no long text."""
        told = self.select_related("listing", "agent", "account")
        return told.defer("listing__description", "listing__search_vector")


class Viewing(models.Model):
    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="viewings")
    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="given_viewings"
    )
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="viewings",
        help_text="Who comes; empty when they deleted their account.",
    )
    starts_at = models.DateTimeField()
    status = models.CharField(max_length=9, choices=Status, default=Status.REQUESTED)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    version = models.BigIntegerField(default=1, editable=False)

    objects = ViewingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="viewing_status_is_known", condition=Q(status__in=Status.values)
            ),
            models.UniqueConstraint(
                fields=["agent", "starts_at"],
                condition=Q(status__in=[*OPEN]),
                name="viewing_takes_an_hour_once",
                violation_error_message="The agent shows another home at that time.",
            ),
        ]
        triggers = [raise_version()]

    def __str__(self) -> str:
        return f"Viewing {self.pk} of listing {self.listing_id}"

    @property
    def time_in_words(self) -> str:
        return hours.in_words(self.starts_at)
