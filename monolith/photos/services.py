"""The only code that changes a home's photos: each change is one of the listing, and told as such.

Enters: pictures, captions, an order. Leaves: rows and files, and `ListingRevised` with the field
`photos` in the same transaction; it carries no picture, only that there are others now.
"""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Max, QuerySet

from monolith.errors import TooManyPhotos
from monolith.listings import services as listings
from monolith.listings.models import Listing
from monolith.photos import files
from monolith.photos.models import Photo, name
from monolith.photos.pictures import Picture

MAX_PHOTOS = 20
FIELD = "photos"


@transaction.atomic
def add(listing_id: int, pictures: Sequence[Picture]) -> int:
    """Put pictures behind those that are there and return how many; one is never there twice.

    Raises ``TooManyPhotos`` when not all of them may be kept; then none is.
    """
    known = set(_locked(listing_id).values_list("digest", flat=True))
    new = {each.digest: each for each in pictures if each.digest not in known}
    if len(known) + len(new) > MAX_PHOTOS:
        raise TooManyPhotos(MAX_PHOTOS)
    if new:
        _keep(listing_id, list(new.values()))
        listings.tell_revised(listing_id, FIELD)
    return len(new)


@transaction.atomic
def describe(photo: Photo, caption: str) -> None:
    if (
        _locked(photo.listing_id)
        .filter(pk=photo.pk)
        .exclude(caption=caption)
        .update(caption=caption)
    ):
        listings.tell_revised(photo.listing_id, FIELD)


@transaction.atomic
def move(photo: Photo, places: int) -> None:
    """Show a photo earlier or later; beyond either end it stays where it is."""
    order = list(_locked(photo.listing_id))
    if photo not in order:
        return
    at = order.index(photo)
    to = min(max(at + places, 0), len(order) - 1)
    if to == at:
        return
    order.insert(to, order.pop(at))
    for position, each in enumerate(order):
        each.position = position
    Photo.objects.bulk_update(order, ["position"])
    listings.tell_revised(photo.listing_id, FIELD)


@transaction.atomic
def remove(photo: Photo) -> None:
    """Delete a photo; its files follow when that is committed."""
    if _locked(photo.listing_id).filter(pk=photo.pk).delete()[0]:
        listings.tell_revised(photo.listing_id, FIELD)


def _locked(listing_id: int) -> QuerySet[Photo]:
    # The listing's lock orders all that happens to its photos.
    listing = Listing.objects.select_for_update().get(pk=listing_id)
    return listing.photos.all()


def _keep(listing_id: int, pictures: list[Picture]) -> None:
    highest = Photo.objects.filter(listing_id=listing_id).aggregate(Max("position"))
    first = (highest["position__max"] or 0) + 1
    try:
        for position, each in enumerate(pictures, start=first):
            files.keep(listing_id, each)
            Photo.objects.create(
                listing_id=listing_id,
                digest=each.digest,
                width=each.width,
                height=each.height,
                position=position,
            )
    except Exception:
        # The rows go back by themselves; their files would stay for ever.
        files.drop([name(listing_id, e.digest, w) for e in pictures for w in e.files])
        raise
