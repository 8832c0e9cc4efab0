"""Keep what either side makes of the monolith's mails, for `comparing`; only in the shadow stage.

Enters: a cause with all who hear of it, and rows of the monolith's alerts. Leaves: rows.
"""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from cdc.contracts.handled_by import Stamp
from cdc.debezium import ChangeEvent
from consumers.notifications import rows
from consumers.notifications.deciding import digests, messages, wishes
from consumers.notifications.deciding.hearers import Hearer
from consumers.notifications.ledger import erased
from consumers.notifications.ledger.models import Kind
from consumers.notifications.models import Change, Digest, Message, SavedSearch
from consumers.notifications.shadow.models import Decided, Ours, Theirs


def is_on() -> bool:
    """Tell whether decisions are kept that are the monolith's to carry out."""
    return settings.NOTIFICATIONS.is_shadowing


def note(cause: Change | Digest | Message, everybody: Iterable[Hearer]) -> None:
    """Keep who of the monolith's should hear of the cause; who comes late is added."""
    stamp = Stamp.parse(cause.handled_by)
    Decided.objects.get_or_create(event_id=cause.event_id)
    theirs = [each for each in everybody if not stamp.handles(each.kind, each.account_id)]
    living = erased.living(each.account_id for each in theirs)
    Ours.objects.bulk_create(
        [
            Ours(event_id=cause.event_id, account_id=each.account_id, kind=each.kind)
            for each in theirs
            if each.account_id in living
        ],
        batch_size=1000,
        ignore_conflicts=True,
    )


def note_overviews(digest: Digest, people: Iterable[int] | None = None) -> None:
    """Keep whose overviews were due, of everybody's or of some; nothing of what is long past."""
    if digest.slot <= timezone.now() - settings.NOTIFICATIONS.oldest:
        return
    found = digests.asking(digest, people)
    wants = wishes.of(found)["email"]
    told = (Hearer(person, Kind.DIGEST) for person in found if wants(person, Kind.DIGEST))
    note(digest, told)


def note_message(message: Message) -> None:
    """Keep who of an enquiry's or a viewing's two sides is told; nothing of what is long past."""
    if message.happened_at > timezone.now() - settings.NOTIFICATIONS.oldest:
        note(message, [Hearer(side, Kind(message.kind)) for side in messages.sides(message)])


def note_late(search: SavedSearch) -> None:
    """Keep the overviews of a search that is told after they were due."""
    for digest in Digest.objects.filter(frequency=search.frequency, slot__gte=search.since):
        note_overviews(digest, [search.account_id])


def hear(change: ChangeEvent) -> None:
    """Keep a mail of the monolith's as it stands now, or no longer."""
    row, key = rows.row_after(change), rows.key_of(change)
    if row is None:
        Theirs.objects.filter(pk=key).delete()
    # Of one from before the events nothing tells what caused it.
    elif row.get("event_id") is not None and erased.is_living(rows.whole(row, "account_id")):
        Theirs(
            alert_id=key,
            event_id=rows.text(row, "event_id"),
            account_id=rows.whole(row, "account_id"),
            kind=rows.text(row, "kind"),
            state=rows.text(row, "state"),
        ).save()


def prune(before: datetime, most: int) -> int:
    """Remove what was decided before; return how many rows went.

    The monolith's mails go when their rows do there.
    """
    old = list(Decided.objects.filter(at__lt=before).values_list("pk", flat=True)[:most])
    return sum(model.objects.filter(event_id__in=old).delete()[0] for model in (Ours, Decided))


def forget(account_id: int) -> int:
    """Remove all rows of somebody; return how many went."""
    return sum(model.objects.filter(account_id=account_id).delete()[0] for model in (Ours, Theirs))
