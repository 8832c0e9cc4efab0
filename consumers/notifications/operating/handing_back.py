"""What this service does not send goes back to the monolith: planned mails enter, outcomes leave.

A row is taken out of the senders' reach first, in a transaction of its own; then the monolith is
asked, which takes each mail once however often it is asked. Whoever is interrupted goes on where
they were: what has no outcome yet is asked again.
"""

from collections import Counter
from collections.abc import Sequence

import httpx
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.module_loading import import_string

from consumers.notifications.handlers import notifications
from consumers.notifications.ledger.models import Notification, State
from consumers.runtime.assembly import subscribed
from consumers.runtime.points import records_behind
from consumers.runtime.settings import setting

# As many as the monolith takes at once.
AT_ONCE = 1000


class HandbackFailed(Exception):
    """The monolith did not say what became of them; they are given back at the next call."""


def give_back(kind: str = "") -> Counter[str]:
    """Give back all planned mails, or those of a kind; return how many had which outcome.

    Raises ``HandbackFailed``.
    """
    outcomes: Counter[str] = Counter()
    with httpx.Client(headers=_headers(), timeout=30) as http:
        while rows := _taken(kind):
            told = _ask(http, rows)
            outcomes.update(told)
            for row, outcome in zip(rows, told, strict=True):
                _returned(kind).filter(pk=row.pk).update(reason=f"The monolith said: {outcome}.")
    return outcomes


def waiting(kind: str = "") -> int:
    """Return how many there are to give back."""
    return _planned(kind).count() + _returned(kind).filter(reason="").count()


def unread() -> int | None:
    """Return how many records the consumer has not read; None when the broker does not tell.

    What they tell is planned by nobody: the monolith leaves it to the service by their stamps.
    """
    config = subscribed(setting("CONSUMER_CONFIG"), notifications)
    ends = import_string(settings.NOTIFICATIONS.ends)(config)
    return records_behind(config, ends) if ends else None


@transaction.atomic
def _taken(kind: str) -> list[Notification]:
    """Return the next ones, the oldest first; what an earlier call left open goes before."""
    left = _returned(kind).filter(reason="").order_by("planned_at")
    if rows := list(left[:AT_ONCE]):
        return rows
    rows = list(_planned(kind).order_by("planned_at").select_for_update(skip_locked=True)[:AT_ONCE])
    mine = Notification.objects.filter(pk__in=[row.pk for row in rows])
    mine.update(state=State.RETURNED, reason="", due_at=timezone.now())
    return rows


def _ask(http: httpx.Client, rows: Sequence[Notification]) -> list[str]:
    mails = [
        {"event_id": row.event_id, "account_id": row.account_id, "kind": row.kind} for row in rows
    ]
    try:
        answer = http.post(settings.NOTIFICATIONS.handback_url, json={"mails": mails})
        answer.raise_for_status()
        outcomes: list[str] = answer.json()["outcomes"]
    except (httpx.HTTPError, ValueError, KeyError) as error:
        raise HandbackFailed(f"The monolith took nothing back: {error}") from error
    if len(outcomes) != len(rows):
        raise HandbackFailed(f"The monolith answered about {len(outcomes)} of {len(rows)} mails.")
    return outcomes


def _headers() -> dict[str, str]:
    return {"Authorization": f"Bearer {settings.NOTIFICATIONS.person_keys_token}"}


def _planned(kind: str) -> QuerySet[Notification]:
    return _mails(kind).filter(state=State.PLANNED)


def _returned(kind: str) -> QuerySet[Notification]:
    return _mails(kind).filter(state=State.RETURNED)


def _mails(kind: str) -> QuerySet[Notification]:
    # The monolith has neither a feed nor webhooks.
    mails = Notification.objects.filter(channel="email")
    return mails.filter(kind=kind) if kind else mails
