"""Who would be told of a home now, and why not: a home enters, a line for each person leaves.

Decided by what plans real letters, with the home as it is and the stamp of the last event that is
known: it says whose turn it is. Nothing is written.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import timezone

from cdc.contracts.handled_by import Stamp
from consumers.notifications.bounces.models import Suppression, Why
from consumers.notifications.channels import PERSONAL
from consumers.notifications.deciding import planning, wishes
from consumers.notifications.deciding.hearers import Hearer, candidates
from consumers.notifications.endpoints import telling
from consumers.notifications.errors import Later
from consumers.notifications.ledger.models import Kind, Notification
from consumers.notifications.models import Change, Home, Person, What
from consumers.notifications.pacing import pace


class NoSuchHome(LookupError):
    """No home of that number is told here."""


@dataclass(frozen=True, slots=True)
class Line:
    """What a person, or an agency, would get; ``why_not`` is empty when it would go at once."""

    account_id: int
    kind: str
    channel: str
    because: str
    why_not: str = ""


def preview(listing_id: int, what: What) -> list[Line]:
    """Return everybody whom ``what`` concerns. Raises ``NoSuchHome``."""
    home = Home.objects.filter(pk=listing_id).first()
    if home is None:
        raise NoSuchHome(f"No home {listing_id} is told here.")
    last = Change.objects.order_by("-happened_at").first()
    stamp = Stamp.parse(last.handled_by if last else "")
    keepers, searches = planning.interested(home, what, timezone.now())
    found = list(candidates(what, keepers, searches))
    lines = [line for channel in PERSONAL for line in _by(channel, found, stamp, home)]
    agencies = telling.listeners(home) if what != What.REDUCED else []
    return lines + [
        Line(each.account_id, "status", "webhook", f"has endpoint {each.pk}") for each in agencies
    ]


def _by(channel: str, found: list[Hearer], stamp: Stamp, home: Home) -> Iterator[Line]:
    wants = wishes.of({hearer.account_id for hearer in found})[channel]
    told: dict[int, str] = {}
    for hearer in found:
        whose, kind = hearer.account_id, hearer.kind
        if not wants(whose, kind):
            why_not = "The person does not want this kind."
        elif whose in told:
            why_not = f"The person hears of it as {told[whose]}."
        else:
            told[whose] = kind
            why_not = _why_not(hearer, channel, stamp, home)
        search = hearer.saved_search_id
        because = f"search {search} fits" if search else "keeps the home"
        yield Line(whose, kind, channel, because, why_not)


def _why_not(hearer: Hearer, channel: str, stamp: Stamp, home: Home) -> str:
    whose, kind = hearer.account_id, hearer.kind
    if not stamp.handles(kind, whose):
        return "The monolith tells it."
    if kind != Kind.STATUS and not home.is_for_sale:
        return "The home is not for sale."
    person = Person.objects.filter(pk=whose).first()
    if person is not None and not person.is_reachable:
        return "The person has no account any more."
    if channel == "email" and (why := _why_no_mail(hearer, person)):
        return why
    return _why_later(hearer, channel)


def _why_no_mail(hearer: Hearer, person: Person | None) -> str:
    if person is None or not person.email:
        return "The person's address is not told yet."
    # The address itself stays sealed: it may be another one by now.
    held = Suppression.objects.filter(account_id=hearer.account_id).first()
    return Why(held.why).label if held is not None else ""


def _why_later(hearer: Hearer, channel: str) -> str:
    row = Notification(account_id=hearer.account_id, kind=hearer.kind, channel=channel)
    try:
        pace.check(row, timezone.now(), pace.rhythm_of(row.account_id))
    except Later as wait:
        return f"{wait} It would go at {wait.until:%Y-%m-%d %H:%M} UTC."
    return ""
