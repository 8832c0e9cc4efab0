"""Who hears of a change: its number enters, planned alerts leave, committed with the mark that
the change is handled.

A person gets one mail about a change, whatever they kept: a favourite goes before a search. Those
whom the change's stamp gives to a service are left out last, when it is known which mail it would
have been: the service decides the same, and leaves out the others.
"""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from monolith.alerts import matching
from monolith.alerts.keepers import FAVOURITE_KINDS, keepers_of
from monolith.alerts.models import Alert, Change, Kind, What
from monolith.alerts.wishes import wanting
from monolith.interests.models import SavedSearch


@transaction.atomic
def plan(change_id: int) -> list[int]:
    """Return the numbers of the new alerts; none when the change is handled, or just now is."""
    waiting = Change.objects.filter(pk=change_id, handled_at__isnull=True)
    locked = waiting.select_for_update(of=("self",), skip_locked=True)
    change = locked.select_related("listing").defer("listing__search_vector").first()
    if change is None:
        return []
    stamp = change.stamp
    ours = [each for each in decided(change) if not stamp.handles(each.kind, each.account_id)]
    alerts = Alert.objects.bulk_create(ours, batch_size=1000)
    change.handled_at = timezone.now()
    change.save(update_fields=["handled_at"])
    return [alert.pk for alert in alerts]


def is_given_away(change: Change) -> bool:
    """Say whether a service tells everybody of the change, so that nothing is to plan here."""
    searches = [] if change.what == What.MOVED else [Kind.MATCH]
    return change.stamp.handles_all([FAVOURITE_KINDS[What(change.what)], *searches])


def decided(change: Change) -> Iterable[Alert]:
    """Return every mail that the change is worth, whoever is to write it."""
    found: dict[int, Alert] = {}
    kind = FAVOURITE_KINDS[What(change.what)]
    for account_id in keepers_of(change):
        found[account_id] = Alert.about(change.event_id, account_id, kind, change=change)
    for search in _searches(change):
        account_id = search.account_id
        facts = {"change": change, "saved_search": search}
        alert = Alert.about(change.event_id, account_id, Kind.MATCH, **facts)
        found.setdefault(account_id, alert)
    return found.values()


def _searches(change: Change) -> list[SavedSearch]:
    if change.what == What.MOVED:
        return []
    searches = list(matching.instant(change.listing))
    people = {search.account_id for search in searches}
    wanted = set(wanting(Kind.MATCH).filter(pk__in=people).values_list("pk", flat=True))
    return [search for search in searches if search.account_id in wanted]
