"""Mails that are the monolith's, as each side knows them: nothing here is ever sent."""

from django.db import models


class Decided(models.Model):
    """A change of which this service decided who of the monolith's people should hear."""

    event_id = models.CharField(max_length=64, primary_key=True)
    at = models.DateTimeField(auto_now_add=True, db_index=True)

    def __str__(self) -> str:
        return self.event_id


class Ours(models.Model):
    """A mail that this service would have planned."""

    event_id = models.CharField(max_length=64)
    account_id = models.BigIntegerField(db_index=True)
    kind = models.CharField(max_length=10)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event_id", "account_id"], name="shadow_ours_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} for account {self.account_id}"


class Theirs(models.Model):
    """A mail that the monolith planned, and how it stands there."""

    alert_id = models.BigIntegerField(primary_key=True)
    event_id = models.CharField(max_length=64, db_index=True)
    account_id = models.BigIntegerField(db_index=True)
    kind = models.CharField(max_length=10)
    state = models.CharField(max_length=10)

    def __str__(self) -> str:
        return f"{self.kind} for account {self.account_id}: {self.state}"
