"""Photos and their files come and go together, and each change is told once."""

from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from cdc.contracts.events import ListingRevised
from monolith.errors import TooManyPhotos
from monolith.listings.models import Listing
from monolith.photos import services
from monolith.photos.pictures import Picture, read
from tests.monolith.listings.test_services import published
from tests.monolith.photos.conftest import AddPhotos
from tests.monolith.photos.samples import picture

pytestmark = pytest.mark.django_db


def files(media: Path) -> set[str]:
    return {path.name for path in media.rglob("*.webp")}


def test_photos_of_one_upload_are_one_change(listing: Listing, media: Path) -> None:
    services.add(listing.pk, [read(picture(size=(900, 900))), read(picture(colour="red"))])
    large, small = listing.photos.all()
    assert (large.widths, small.widths) == ([400, 800, 900], [400, 640])
    assert files(media) == {Path(name).name for each in (large, small) for name in each.names}
    assert published() == [(ListingRevised(listing.pk, ("photos",)), 2)]


def test_the_same_photo_is_not_there_twice(listing: Listing, add_photos: AddPhotos) -> None:
    assert len(add_photos("red", "red")) == 1
    assert len(add_photos("red")) == 1
    assert len(published()) == 1


def test_a_home_has_so_many_photos_and_no_more(listing: Listing, media: Path) -> None:
    many = [Picture(f"{n:032x}", 300, 300, {300: b"x"}) for n in range(services.MAX_PHOTOS + 1)]
    with pytest.raises(TooManyPhotos, match="20 photos"):
        services.add(listing.pk, many)
    assert files(media) == set()
    assert services.add(listing.pk, many[1:]) == 20


def test_photos_are_shown_in_the_order_that_they_are_moved_to(
    listing: Listing, add_photos: AddPhotos
) -> None:
    first, second, third = add_photos("red", "green", "blue")
    services.move(third, -1)
    services.move(first, -1)
    assert list(listing.photos.all()) == [first, third, second]
    services.describe(second, "The porch")
    services.describe(second, "The porch")
    assert listing.photos.get(pk=second.pk).caption == "The porch"
    assert [version for _, version in published()] == [2, 3, 4]


@pytest.mark.parametrize("whole", [True, False])
def test_files_go_after_the_commit_that_deletes_their_photo(
    listing: Listing,
    add_photos: AddPhotos,
    media: Path,
    whole: bool,
    django_capture_on_commit_callbacks: Any,
) -> None:
    first, _ = add_photos("red", "green")
    with django_capture_on_commit_callbacks() as after_commit:
        listing.delete() if whole else services.remove(first)
    assert len(files(media)) == 2
    for remove in after_commit:
        remove()
    assert len(files(media)) == (0 if whole else 1)


def test_photos_that_cannot_be_told_of_leave_no_files(listing: Listing, media: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE photos_photo RENAME TO photos_away")
    one = read(picture())
    with pytest.raises(DatabaseError), transaction.atomic():
        services._keep(listing.pk, [one])
    assert files(media) == set()
