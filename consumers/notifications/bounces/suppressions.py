"""The only code that changes suppressions, and the question that sending asks before a mail."""

from django.db import transaction
from django.db.models import Q

from consumers.notifications.bounces.models import Suppression, Why, mark_of
from consumers.notifications.errors import NotWanted
from consumers.notifications.ledger import erased


def check(account_id: int, address: str) -> None:
    """Raise ``NotWanted`` when no mail may go to this person at this address."""
    held = Q(why=Why.COMPLAINED) | Q(address_mark__in=("", mark_of(address)))
    found = Suppression.objects.filter(held, account_id=account_id).order_by("why").first()
    if found is not None:
        raise NotWanted(Why(found.why).label)


@transaction.atomic
def suppress(account_id: int, why: Why, address: str) -> None:
    """Send this person no mail any more; of a bounce, until their address is another one."""
    mark = mark_of(address) if address and why == Why.BOUNCED else ""
    if erased.is_living(account_id):
        Suppression.objects.get_or_create(account_id=account_id, why=why, address_mark=mark)


def lift(account_id: int) -> int:
    """Send mails again; return how many reasons not to were lifted."""
    return Suppression.objects.filter(account_id=account_id).delete()[0]
