"""What a service gives back: mails it was to send enter, and are this site's from then on.

The service stays down or is given up: it names each mail by what its own ledger goes by, the
event, the person and the kind. Each is taken once, however often it is named, and only if the
event's stamp gave it away: what was this site's from the start it has sent already. What is taken
is a row, which the worker sends as it does an alert's, whatever the mail server does meanwhile.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any, Literal
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from cdc.contracts.handled_by import Stamp
from cdc.outbox.models import OutboxEvent
from monolith.accounts.models import User
from monolith.alerts import digests, matching, messages, tasks
from monolith.alerts.models import Alert, Change, Digest, Kind
from monolith.alerts.queueing import queue
from monolith.interests.models import SavedSearch

# `taken`: sent from here, now or as soon as it can be. `already`: it was taken before.
# `unknown`: no such event or person. `not given`: the stamp left it to this site from the start.
# `stale`: nothing of it is left to tell.
Outcome = Literal["taken", "already", "unknown", "not given", "stale"]


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail by the names that both sides know it by."""

    event_id: UUID
    account_id: int
    kind: str


@transaction.atomic
def take_back(mails: Iterable[Mail]) -> list[Outcome]:
    """Take the mails over and say of each, in their order, what became of it."""
    return [_take(mail) for mail in mails]


def _take(mail: Mail) -> Outcome:
    if not User.objects.filter(pk=mail.account_id, is_active=True).exists():
        return "unknown"
    if mail.kind in Kind.values:
        return _plan(mail)
    return _send(mail)


def _plan(mail: Mail) -> Outcome:
    cause = _cause(mail)
    if cause is None:
        return "unknown"
    if not cause.stamp.handles(mail.kind, mail.account_id):
        return "not given"
    of = {"change": cause} if isinstance(cause, Change) else {"digest": cause}
    facts: dict[str, Any] = {**of, "saved_search": _search(mail, cause)}
    if isinstance(cause, Digest):
        facts["due_at"] = max(digests.departure(cause), timezone.now())
    if Alert.objects.filter(account_id=mail.account_id, **of).exists():
        return "already"
    return _taken(Alert.about(**asdict(mail), **facts))


def _cause(mail: Mail) -> Change | Digest | None:
    if mail.kind == Kind.DIGEST:
        return Digest.objects.filter(event_id=mail.event_id).first()
    changes = Change.objects.select_related("listing").defer("listing__search_vector")
    return changes.filter(event_id=mail.event_id).first()


def _search(mail: Mail, cause: Change | Digest) -> SavedSearch | None:
    """Return the search that asked for the mail; without one the review will drop it."""
    if mail.kind != Kind.MATCH or not isinstance(cause, Change):
        return None
    fitting = matching.instant(cause.listing, SavedSearch.objects.filter(account=mail.account_id))
    return next(fitting, None)


def _send(mail: Mail) -> Outcome:
    row = OutboxEvent.objects.filter(pk=str(mail.event_id)).first()
    if row is None:
        return "unknown"
    if not Stamp.parse(row.handled_by).handles(mail.kind, mail.account_id):
        return "not given"
    alert = Alert.about(**asdict(mail))
    if Alert.objects.filter(notification_id=alert.notification_id).exists():
        return "already"
    if messages.letter(row, mail.account_id) is None:
        return "stale"
    return _taken(alert)


def _taken(alert: Alert) -> Outcome:
    """Plan it, unless somebody did so at this very moment."""
    try:
        with transaction.atomic():
            alert.save(force_insert=True)
    except IntegrityError:
        return "already"
    transaction.on_commit(partial(queue, tasks.send, alert.pk), robust=True)
    return "taken"
