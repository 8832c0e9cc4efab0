"""What people said that they want: a kind of mail enters, the people leave who get it."""

from django.db.models import QuerySet

from monolith.accounts.models import User
from monolith.alerts.models import Kind


def reachable() -> "QuerySet[User]":
    """Return the people who may be written to."""
    return User.objects.filter(is_active=True, confirmed_at__isnull=False)


def wanting(kind: Kind) -> "QuerySet[User]":
    """Return those of them who did not say no to the kind."""
    return reachable().exclude(alert_opt_outs__kind=kind)
