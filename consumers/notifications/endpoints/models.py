"""An agent's endpoints and what was told to them; a secret is made anew from a salt, never kept."""

import secrets
from base64 import b64encode

from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac


class Heard(models.TextChoices):
    """What agencies may hear of, about the homes of their own agent."""

    ENQUIRY = "enquiry", "somebody asked about a home"
    VIEWING = "viewing", "a viewing was booked or called off"
    STATUS = "status", "a home was published, is being sold, was sold or withdrawn"


def _all_kinds() -> list[str]:
    return [str(kind) for kind in Heard]


def _salt() -> str:
    return secrets.token_hex(16)


class Endpoint(models.Model):
    """Where an agency takes webhooks about one agent's homes."""

    account_id = models.BigIntegerField(db_index=True, help_text="The agent's account.")
    url = models.CharField(max_length=500)
    kinds = models.JSONField(default=_all_kinds)
    salt = models.CharField(max_length=32, default=_salt, help_text="Makes the secret.")
    is_active = models.BooleanField(default=True)
    reason = models.CharField(max_length=200, blank=True, help_text="Why it was switched off.")
    failures = models.PositiveIntegerField(default=0, help_text="How many in a row.")
    failing_since = models.DateTimeField(null=True, blank=True)
    added_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"Endpoint {self.pk} of account {self.account_id}"

    def secret(self) -> str:
        """Return what its webhooks are signed with; it holds as long as the service's own secret.

        Who reads the database alone cannot tell it.
        """
        name = f"{self.pk}.{self.salt}"
        made = salted_hmac("notifications.webhook", name, algorithm="sha256")
        return f"whsec_{b64encode(made.digest()).decode()}"


class Message(models.Model):
    """What an event says to agencies: numbers and states, and nobody's name or words."""

    event_id = models.CharField(max_length=64, primary_key=True)
    account_id = models.BigIntegerField(db_index=True, help_text="The agent's account.")
    type = models.CharField(max_length=40)
    happened_at = models.DateTimeField()
    data = models.JSONField()

    def __str__(self) -> str:
        return f"{self.type} for account {self.account_id}"
