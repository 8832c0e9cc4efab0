"""What people chose here is heeded there too: choices about mails enter, the monolith hears them.

Told until it has answered; told twice is fine. So a kind of mail that goes back to the monolith
is not sent again to who switched it off here.
"""

import logging
from typing import Any

import httpx
from django.conf import settings
from django.utils import timezone

from consumers.notifications.ledger.models import Choice

# As many as the monolith takes at once.
AT_ONCE = 1000
_log = logging.getLogger(__name__)


def tell() -> int:
    """Tell what is not told yet; return how many choices that were, none while it is away."""
    untold = Choice.objects.filter(channel="email", told_at=None).order_by("chosen_at")
    choices = list(untold[:AT_ONCE])
    if not choices or not _is_heard(choices):
        return 0
    for choice in choices:
        # What was chosen anew meanwhile is told by itself.
        same = Choice.objects.filter(pk=choice.pk, chosen_at=choice.chosen_at)
        same.update(told_at=timezone.now())
    return len(choices)


def _is_heard(choices: list[Choice]) -> bool:
    config = settings.NOTIFICATIONS
    try:
        answer = httpx.post(
            config.wishes_url,
            json={"wishes": [_wish(choice) for choice in choices]},
            headers={"Authorization": f"Bearer {config.person_keys_token}"},
            timeout=10,
        )
        answer.raise_for_status()
    except httpx.HTTPError as error:
        _log.warning("not_told choices=%s reason=%s", len(choices), error)
        return False
    return True


def _wish(choice: Choice) -> dict[str, Any]:
    wish = {"account_id": choice.account_id, "kind": choice.kind, "is_wanted": choice.is_wanted}
    search = choice.saved_search_id
    return wish if search is None else wish | {"saved_search_id": search}
