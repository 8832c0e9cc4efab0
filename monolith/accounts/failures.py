"""What the lockout keeps of a person: when and from where a log-in to their account failed."""

from typing import Any

from axes.models import AccessAttempt
from django.db.models import QuerySet

from monolith.accounts.models import User


def failures(user: User) -> list[Any]:
    return list(_attempts(user).values("attempt_time", "ip_address", "user_agent"))


def forget(user: User) -> None:
    _attempts(user).delete()


def _attempts(user: User) -> QuerySet[AccessAttempt]:
    # As `lockout.typed_name` writes them.
    return AccessAttempt.objects.filter(username__in=[user.username.lower(), user.email.lower()])
