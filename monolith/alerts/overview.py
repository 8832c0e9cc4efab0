"""What a digest says to one person: looked up when the mail is written, so that it is true then.

Enters: a digest and an account. Leaves: its searches, each with the homes that are new or cost
less since the digest before.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from monolith.alerts import digests
from monolith.alerts.models import Digest, What
from monolith.interests import criteria
from monolith.interests.models import SavedSearch
from monolith.listings.cards import COLUMNS, Card, as_card, dollars
from monolith.listings.models import Listing

# Homes of one search that a mail lists; the rest are behind its link.
LONGEST = 20


@dataclass(frozen=True, slots=True)
class Entry:
    card: Card
    note: str


@dataclass(frozen=True, slots=True)
class Section:
    """What a digest says about one search."""

    search: SavedSearch
    link: str
    entries: list[Entry]

    @property
    def listed(self) -> list[Entry]:
        return self.entries[:LONGEST]

    @property
    def further(self) -> int:
        return max(0, len(self.entries) - LONGEST)


def sections(digest: Digest, account_id: int) -> list[Section]:
    """Return what there is to tell the person now, search by search; each home once."""
    searches = digests.searches(digest, [account_id])
    found: dict[SavedSearch, list[int]] = {}
    seen: set[int] = set()
    for search, home_id in digests.pairs(digest, searches):
        if home_id not in seen:
            seen.add(home_id)
            found.setdefault(search, []).append(home_id)
    entries = dict(_entries(digest, seen))
    told = (
        Section(search, criteria.link(search.criteria), [entries[n] for n in homes if n in entries])
        for search, homes in found.items()
    )
    return [section for section in told if section.entries]


def _entries(digest: Digest, homes: set[int]) -> Iterator[tuple[int, Entry]]:
    rows = {row["id"]: row for row in Listing.objects.filter(pk__in=homes).values(*COLUMNS)}
    # Backwards, so that the first change of a home in this time is what counts.
    for change in digests.news(digest).filter(listing_id__in=homes).order_by("-id"):
        row = rows[change.listing_id]
        if change.what == What.PUBLISHED:
            yield row["id"], Entry(as_card(row), "New")
        elif change.old_price and row["price"] < change.old_price:
            yield row["id"], Entry(as_card(row), f"Reduced from {dollars(change.old_price)}")
