"""The news of the market as an Atom feed: homes that are new, and homes that became cheaper."""

import re
from datetime import datetime
from itertools import chain

from django.contrib.syndication.views import Feed
from django.utils.feedgenerator import Atom1Feed

from monolith.listings.models import Listing, Status

SHOWN = 30
# What XML cannot hold; a title may have been pasted with it.
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class MarketFeed(Feed):
    feed_type = Atom1Feed
    title = "Maumee Homes: new and reduced"
    subtitle = "Homes in Lucas County that came on the market or became cheaper."
    link = "/"
    feed_url = "/feed.atom"

    def items(self) -> list[Listing]:
        # Two short reads along an index each, instead of sorting every home by the later moment.
        homes = Listing.objects.filter(status=Status.ACTIVE)
        reduced = homes.filter(reduced_at__isnull=False).order_by("-reduced_at", "-id")[:SHOWN]
        found = {
            home.pk: home for home in chain(homes.order_by("-listed_at", "-id")[:SHOWN], reduced)
        }
        return sorted(found.values(), key=_changed_at, reverse=True)[:SHOWN]

    def item_title(self, item: Listing) -> str:
        word = "Reduced" if item.reduced_at else "New"
        return UNWRITABLE.sub("", f"{word}: {item.title}, {item.price_in_dollars}")

    def item_description(self, item: Listing) -> str:
        return UNWRITABLE.sub("", item.description)

    def item_pubdate(self, item: Listing) -> datetime | None:
        return item.listed_at

    def item_updateddate(self, item: Listing) -> datetime:
        return _changed_at(item)


def _changed_at(home: Listing) -> datetime:
    return max(moment for moment in (home.listed_at, home.reduced_at) if moment)
