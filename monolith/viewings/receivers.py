"""What a listing's life means for its viewings: a signal of the listings enters; when nobody can
buy the home any more, its viewings are cancelled in the same transaction.
"""

from typing import Any

from cdc.contracts.events import ListingStatusChanged
from monolith.listings.models import FOR_SALE
from monolith.listings.signals import happened
from monolith.viewings import services


def connect() -> None:
    happened.connect(_moved, sender=ListingStatusChanged)


def _moved(event: ListingStatusChanged, **_: Any) -> None:
    if event.new_status not in FOR_SALE:
        services.cancel_all(event.listing_id)
