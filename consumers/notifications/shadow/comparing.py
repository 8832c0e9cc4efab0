"""What this service would have sent against what the monolith did, mail by mail.

Enters: the rows of both sides, of the events that were decided here. Leaves: a verdict for each
mail. Only *wrong* ones speak against a roll-out; *accepted* ones differ in how, not in what.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.utils import timezone

from cdc.contracts.handled_by import Stamp
from consumers.notifications.deciding import digests, wishes
from consumers.notifications.ledger.models import Kind
from consumers.notifications.models import Change, Digest, Home, Message, Person, SavedSearch, What
from consumers.notifications.shadow.models import Decided, Ours, Theirs

# So long a row of the other side may be on its way; overviews it plans person after person.
PATIENCE = timedelta(minutes=2)
PATIENCE_WITH_OVERVIEWS = timedelta(minutes=15)


class Verdict(StrEnum):
    AGREED = "agreed"
    LATE = "late"
    ACCEPTED = "accepted"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Compared:
    """One mail, and how both sides see it."""

    event_id: str
    account_id: int
    kind: str
    verdict: Verdict
    reason: str = ""


def compared(since: datetime) -> Iterator[Compared]:
    """Give every mail about what was decided since then."""
    for decided in Decided.objects.filter(at__gte=since).order_by("at").iterator():
        event = {"event_id": decided.event_id}
        ours = {each.account_id: each.kind for each in Ours.objects.filter(**event)}
        theirs = {each.account_id: each for each in Theirs.objects.filter(**event)}
        for account_id in sorted(ours.keys() | theirs.keys()):
            mine, other = ours.get(account_id), theirs.get(account_id)
            kind = mine or (other.kind if other else "")
            verdict, reason = _judged(decided, account_id, mine, other)
            yield Compared(decided.event_id, account_id, kind, verdict, reason)


def _judged(
    decided: Decided, account_id: int, mine: str | None, other: Theirs | None
) -> tuple[Verdict, str]:
    if mine and other:
        if mine == other.kind:
            return Verdict.AGREED, ""
        return Verdict.WRONG, f"the monolith's is {other.kind}"
    if other:
        reason = _their_excuse(decided.event_id, other)
    else:
        reason = _excuse(decided.event_id, account_id, mine or "")
    if reason:
        return Verdict.ACCEPTED, reason
    is_overview = Kind.DIGEST in (mine, other and other.kind)
    patience = PATIENCE_WITH_OVERVIEWS if is_overview else PATIENCE
    if decided.at > timezone.now() - patience:
        return Verdict.LATE, "the other side's may be on its way"
    return Verdict.WRONG, "the monolith planned none" if mine else "only the monolith planned one"


def _excuse(event_id: str, account_id: int, kind: str) -> str:
    """Say why a mail would be dropped here before it is sent, or nothing."""
    if not Person.objects.filter(pk=account_id, is_reachable=True).exists():
        return "the account may not be written to"
    if not wishes.is_wanted(account_id, kind, "email"):
        return "the person does not want it"
    digest = Digest.objects.filter(pk=event_id).first()
    if digest:
        return "" if digests.sections(digest, account_id) else "there is nothing to tell"
    change = Change.objects.filter(pk=event_id, what=What.REDUCED).first()
    home = Home.objects.filter(pk=change.listing_id).first() if change else None
    return "the home is not for sale" if home and not home.is_for_sale else ""


def _their_excuse(event_id: str, other: Theirs) -> str:
    """Say why a mail is the monolith's alone, or nothing."""
    if other.state == "dropped":
        return "the monolith dropped it"
    digest = Digest.objects.filter(pk=event_id).first()
    changes, messages = Change.objects.filter(pk=event_id), Message.objects.filter(pk=event_id)
    cause = digest or changes.first() or messages.first()
    if cause and Stamp.parse(cause.handled_by).handles(other.kind, other.account_id):
        return "it was given back"
    return "the search is younger" if digest and not _asked(digest, other.account_id) else ""


def _asked(digest: Digest, account_id: int) -> bool:
    """Say whether the person had a search when the overview was due."""
    own = SavedSearch.objects.filter(account_id=account_id, frequency=digest.frequency)
    return own.filter(since__lte=digest.slot).exists()
