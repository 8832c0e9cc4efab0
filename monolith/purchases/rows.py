"""How the services hold the rows that they change, always in one order.

The listing's row comes first: whatever concerns one home queues there, so two offers cannot
both be accepted, and nobody waits in a circle.
"""

from monolith.listings.models import Listing
from monolith.purchases.models import Offer, Purchase


def lock_listing(listing_id: int) -> Listing:
    listings = Listing.objects.select_for_update(of=("self",)).select_related("agent")
    return listings.get(pk=listing_id)


def lock_offer(offer_id: int) -> Offer:
    """Return the offer with its listing, both locked. Raises ``Offer.DoesNotExist``."""
    listing = lock_listing(Offer.objects.values_list("listing_id", flat=True).get(pk=offer_id))
    offers = Offer.objects.select_for_update(of=("self",)).select_related("buyer")
    offer = offers.get(pk=offer_id)
    offer.listing = listing
    return offer


def lock_purchase(purchase_id: int) -> Purchase:
    """Return the purchase with its offer and listing, all locked."""
    offer = lock_offer(purchase_id)
    purchase = Purchase.objects.select_for_update().get(pk=purchase_id)
    purchase.offer, purchase.listing = offer, offer.listing
    return purchase
