"""The only code that changes endpoints: an operator's command or an attempt's end enters."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce, Now
from django.utils import timezone

from consumers.notifications.channels import reach
from consumers.notifications.endpoints.models import Endpoint, Message
from consumers.notifications.ledger import erased
from consumers.notifications.ledger.models import Notification, State
from consumers.notifications.ledger.queueing import queue_after_commit
from consumers.runtime import steady


class NotAnEndpoint(LookupError):
    """There is no endpoint of this number."""


class NotAnAccount(LookupError):
    """There is no account of this number any more."""


@transaction.atomic
def add(account_id: int, url: str, kinds: Collection[str]) -> Endpoint:
    """Let an agent's homes be told of at ``url``.

    Raises ``reach.NotAllowed``, and ``NotAnAccount`` for somebody who was erased.
    """
    reach.check(url, on_loopback=settings.NOTIFICATIONS.webhooks_on_loopback)
    if not erased.is_living(account_id):
        raise NotAnAccount(f"Account {account_id} was erased.")
    return Endpoint.objects.create(account_id=account_id, url=url, kinds=sorted(kinds))


def disable(endpoint_id: int, reason: str) -> None:
    """Tell it nothing more; what is planned is dropped when its turn comes."""
    _change(endpoint_id, is_active=False, reason=reason[:200])


def enable(endpoint_id: int) -> None:
    """Tell it what happens from now on; what it missed is there for ``replay``."""
    _change(endpoint_id, is_active=True, reason="", failures=0, failing_since=None)


@transaction.atomic
def replay(endpoint_id: int, number: UUID | None = None) -> int:
    """Plan again one message, or all that did not arrive; return how many.

    They keep their ids, so what did arrive is told twice and known by it.
    """
    _get(endpoint_id)
    rows = Notification.objects.filter(endpoint_id=endpoint_id)
    if number is None:
        rows = rows.filter(state__in=(State.FAILED, State.DROPPED, State.UNKNOWN))
    else:
        rows = rows.filter(pk=number).exclude(state__in=(State.PLANNED, State.SENDING))
    numbers = list(rows.order_by("planned_at").values_list("pk", flat=True))
    now = timezone.now()
    Notification.objects.filter(pk__in=numbers).update(
        state=State.PLANNED, planned_at=now, due_at=now, attempts=0, waits=0, reason="Replayed."
    )
    queue_after_commit(numbers)
    return len(numbers)


def note(row: Notification) -> None:
    """Count what an attempt came to, and switch the endpoint off when it fails for too long."""
    endpoint = Endpoint.objects.filter(pk=row.endpoint_id or 0)
    if row.state == State.SENT:
        endpoint.exclude(failures=0).update(failures=0, failing_since=None)
        return
    endpoint.update(failures=F("failures") + 1, failing_since=Coalesce("failing_since", Now()))
    config = settings.NOTIFICATIONS
    if row.state == State.FAILED and row.attempts < config.most_attempts:
        # It said that it is gone, or leads where nobody may be sent.
        endpoint.update(is_active=False, reason=row.reason)
        return
    endpoint.filter(
        is_active=True,
        failures__gte=config.most_endpoint_failures,
        failing_since__lte=steady.earliest() - config.endpoint_patience,
    ).update(is_active=False, reason=f"It failed {_lasting(config.endpoint_patience)}.")


def forget(account_id: int) -> int:
    """Remove an agent's endpoints and what they were told; return how many rows went."""
    everywhere = (Endpoint, Message)
    return sum(model.objects.filter(account_id=account_id).delete()[0] for model in everywhere)


def _change(endpoint_id: int, **facts: object) -> None:
    if not Endpoint.objects.filter(pk=endpoint_id).update(**facts):
        raise NotAnEndpoint(f"There is no endpoint {endpoint_id}.")


def _get(endpoint_id: int) -> Endpoint:
    endpoint = Endpoint.objects.filter(pk=endpoint_id).first()
    if endpoint is None:
        raise NotAnEndpoint(f"There is no endpoint {endpoint_id}.")
    return endpoint


def _lasting(patience: timedelta) -> str:
    return f"for longer than {patience}"
