"""To whom no mail goes: by account, and of the address no more than what tells it from another."""

from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac


class Why(models.TextChoices):
    BOUNCED = "bounced", "Mails to this address come back."
    COMPLAINED = "complained", "The person called our mails unwanted."


class Suppression(models.Model):
    """A bounce holds for the address, a complaint for the person."""

    account_id = models.BigIntegerField(db_index=True)
    why = models.CharField(max_length=10, choices=Why)
    address_mark = models.CharField(max_length=64, blank=True)
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account_id", "why", "address_mark"], name="suppressed_once"
            ),
        ]

    def __str__(self) -> str:
        return f"Account {self.account_id}: {self.why}"


def mark_of(address: str) -> str:
    """Return what is the same for the same address, and tells nobody which it is."""
    known = address.strip().casefold()
    return salted_hmac("notifications.suppression", known, algorithm="sha256").hexdigest()
