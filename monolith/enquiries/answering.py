"""Answers to who has no account: a reply that is due enters, its mail leaves, once.

No ledger knows such a person, so the reply's own row says what is left to do. It commits with the
answer and is tried at once; what does not go then is found by the sweep of alerts. Before it hands
the mail over a process takes it off and says that nobody knows; only once it is taken that goes. So
what broke off, or whose process died, may have arrived and is not repeated, and the agent sees it.
"""

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from monolith import mail_server
from monolith.clocks import CLOCK
from monolith.enquiries import mails
from monolith.enquiries.models import OPEN_DOUBTS, Doubt, Reply
from monolith.mail_server import MailRefused, MailUnclear, ServerAway

_SHORTEST, _LONGEST = timedelta(minutes=1), timedelta(hours=1)
# Nobody waits for an answer for longer.
_GIVEN_UP_AFTER = timedelta(days=2)
_log = logging.getLogger(__name__)


def send(reply_id: int) -> None:
    """Mail it, or put it off; does nothing when it is not due, or no more."""
    row = due().filter(pk=reply_id)
    reply = row.select_related("author", "enquiry__listing").first()
    if reply is None:
        return
    try:
        is_taken = mail_server.give(
            mails.answer(reply), lambda: row.update(due_at=None, doubt=Doubt.UNCLEAR)
        )
    except (ServerAway, MailRefused) as error:
        _put_off(reply, error)
    except MailUnclear as error:
        _log.warning("%s: the mail server broke off, it may have arrived: %s", reply, error)
    else:
        if is_taken:
            Reply.objects.filter(pk=reply_id).update(doubt="")


def send_again(reply_id: int) -> bool:
    """Have a mail of which nobody knows, or that was given up, go once more; say whether it was."""
    doubted = Reply.objects.filter(pk=reply_id, doubt__in=OPEN_DOUBTS)
    is_ours = bool(doubted.update(due_at=timezone.now(), doubt=Doubt.LATE))
    if is_ours:
        # Django names what failed by its name, which a partial has not.
        transaction.on_commit(lambda: send(reply_id), robust=True)
    return is_ours


def due() -> "QuerySet[Reply]":
    """Give those to be mailed now, the first due first; what a wrong clock put off too far, too."""
    now = timezone.now()
    found = Reply.objects.filter(Q(due_at__lte=now) | Q(due_at__gt=now + 2 * _LONGEST))
    return found.order_by("due_at")


def _put_off(reply: Reply, error: Exception) -> None:
    """Try again, as much later as it has waited already, until nobody waits for it any more."""
    _log.warning("%s: not mailed: %s", reply, error)
    now = timezone.now()
    wait = min(max(now - reply.sent_at, _SHORTEST), _LONGEST)
    is_old = reply.sent_at < CLOCK.earliest() - _GIVEN_UP_AFTER
    put_off = {"due_at": None, "doubt": Doubt.GIVEN_UP} if is_old else {"due_at": now + wait}
    Reply.objects.filter(pk=reply.pk).update(**{"doubt": Doubt.LATE} | put_off)
