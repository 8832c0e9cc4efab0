"""The only code that changes what people want to be told.

Enters: a choice on one's own page, or a link from a letter. Leaves: rows of `Choice`.
"""

from collections.abc import Collection

from django.db import transaction

from consumers.notifications.channels import PERSONAL
from consumers.notifications.deciding import wishes
from consumers.notifications.ledger import erased
from consumers.notifications.ledger.models import SWITCHABLE, Choice
from consumers.notifications.sending.links import Subscription


@transaction.atomic
def choose(account_id: int, wanted: Collection[str]) -> None:
    """Tell the person what is ``wanted``, as “kind:channel”, and nothing else."""
    # A page may be open when its person is erased.
    if not erased.is_living(account_id):
        return
    for channel in PERSONAL:
        for kind in SWITCHABLE:
            _set(account_id, kind, channel, is_wanted=f"{kind}:{channel}" in wanted)


def chosen(account_id: int) -> set[str]:
    """Return what the person wants, as ``choose`` takes it."""
    return {
        f"{kind}:{channel}"
        for channel in PERSONAL
        for kind in SWITCHABLE
        if wishes.is_wanted(account_id, kind, channel)
    }


@transaction.atomic
def unsubscribe(subscription: Subscription) -> None:
    """End it; ending it twice is fine, and of somebody who was erased nothing is kept."""
    if not erased.is_living(subscription.account_id):
        return
    if subscription.saved_search_id is None:
        _set(subscription.account_id, subscription.kind, "email", is_wanted=False)
    else:
        _keep(
            subscription.account_id,
            subscription.kind,
            "email",
            subscription.saved_search_id,
            is_wanted=False,
        )


def _set(account_id: int, kind: str, channel: str, *, is_wanted: bool) -> None:
    if wishes.is_wanted(account_id, kind, channel) != is_wanted:
        _keep(account_id, kind, channel, is_wanted=is_wanted)


def _keep(
    account_id: int, kind: str, channel: str, saved_search_id: int | None = None, *, is_wanted: bool
) -> None:
    Choice.objects.update_or_create(
        account_id=account_id,
        kind=kind,
        channel=channel,
        saved_search_id=saved_search_id,
        defaults={"is_wanted": is_wanted, "told_at": None},
    )
