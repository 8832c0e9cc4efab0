"""What an event of a listing means to people: an event enters, a change worth telling leaves.

The same reading as the monolith's own: who gives up a draft tells nobody, and a home that comes
back to the market counts as published.
"""

from cdc.contracts.envelope import Envelope
from cdc.contracts.events import ListingPublished, ListingRepriced, ListingStatusChanged
from consumers.notifications.models import Change, What


def change_of(
    event: ListingPublished | ListingRepriced | ListingStatusChanged, envelope: Envelope
) -> Change | None:
    """Give the change, or None for what is no news."""
    change = Change(
        event_id=envelope.message_id,
        listing_id=event.listing_id,
        version=envelope.aggregate_version,
        happened_at=envelope.timestamp,
        handled_by=envelope.handled_by.text(),
    )
    match event:
        case ListingPublished():
            change.what, change.new_price = What.PUBLISHED, event.price
            change.new_status = event.status
        case ListingRepriced() if event.new_price < event.old_price:
            change.what = What.REDUCED
            change.old_price, change.new_price = event.old_price, event.new_price
        case ListingStatusChanged() if event.old_status != "draft":
            is_back = event.old_status == "withdrawn"
            change.what = What.PUBLISHED if is_back else What.MOVED
            change.new_status = event.new_status
        case _:
            return None
    return change
