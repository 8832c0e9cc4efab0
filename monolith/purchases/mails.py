"""The mails about offers and purchases: what happened enters, plain text to both sides leaves.

Notes and references stay on the site: the mail links there.
"""

from typing import Any

from monolith.accounts.models import User
from monolith.mails import send
from monolith.purchases.models import Offer
from monolith.purchases.story import whats_next


def tell(offer: Offer, news: str, *, but: User | None) -> None:
    """Tell the buyer and the listing's agent, except who did it and who left the site."""
    subject = f"Offer {offer.pk} for home {offer.listing_id}: {news.rstrip('.').lower()}"
    words: dict[str, Any] = {"offer": offer, "news": news, "next": whats_next(offer)}
    for person in (offer.buyer, offer.listing.agent):
        if person != but and person.is_active:
            send("purchases/mail/news.txt", person.email, subject, **words)
