"""A home with an agent, and a folder of its own for what is uploaded."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from monolith.listings.models import Listing
from monolith.photos import services
from monolith.photos.models import Photo
from monolith.photos.pictures import read
from tests.monolith.photos.samples import picture

AddPhotos = Callable[..., list[Photo]]


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path


@pytest.fixture
def add_photos(listing: Listing) -> AddPhotos:
    """Return a function that gives the home photos of these colours."""

    def add(*colours: str) -> list[Photo]:
        size = (300, 300)
        services.add(listing.pk, [read(picture(size=size, colour=each)) for each in colours])
        return list(listing.photos.all())

    return add
