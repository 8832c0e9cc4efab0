"""Who looks at homes: a page's request enters; a loose fact leaves for whoever counts views.

Only people who may want the home are counted: no bots, no browser that fetches ahead, nobody who
sells it. Which agents of browsers are bots is told by the words that honest ones use; a list of
every one there is would need its own upkeep, and a stranger who lies cannot be told anyway.
"""

import random
import re

from django.conf import settings
from django.http import HttpRequest

from cdc.contracts.events import ListingViewed
from cdc.facts.tell import tell
from monolith.listings.models import LISTED, Listing

_BOT = re.compile(r"bot|crawl|spider|slurp|preview|monitor|archiv|scan", re.IGNORECASE)


def tell_viewed(request: HttpRequest, listing: Listing, *, may_edit: bool) -> None:
    """Tell one view of a home in `LISTING_VIEWS_ONE_IN`, with the weight of all of them."""
    one_in = settings.LISTING_VIEWS_ONE_IN
    if one_in < 1 or may_edit or listing.status not in LISTED or not _is_reader(request):
        return
    if random.randrange(one_in) == 0:
        event = ListingViewed(
            listing_id=listing.pk, weight=one_in, is_signed_in=request.user.is_authenticated
        )
        tell(event, aggregate_version=listing.version)


def _is_reader(request: HttpRequest) -> bool:
    browser = request.headers.get("User-Agent", "")
    is_ahead = "prefetch" in request.headers.get("Sec-Purpose", "")
    is_person = bool(browser) and not _BOT.search(browser) and not request.user.is_staff
    return request.method == "GET" and is_person and not is_ahead
