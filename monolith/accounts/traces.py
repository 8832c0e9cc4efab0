"""What the admin's history says of a person: changes that staff made to their account."""

from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet

from monolith.accounts.models import User


def history(user: User) -> list[Any]:
    return list(_entries(user).values("action_time", "object_repr", "change_message"))


def forget(user: User) -> None:
    """Keep that something was changed, and take the name out of it."""
    _entries(user).update(object_repr=f"Former member {user.pk}")


def _entries(user: User) -> QuerySet[LogEntry]:
    kind = ContentType.objects.get_for_model(User)
    return LogEntry.objects.filter(content_type=kind, object_id=str(user.pk))
