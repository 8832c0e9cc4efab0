"""Where the pictures lie: the site's storage, under names that say what is in them.

A name never gets another content, so it may be cached for ever, and writing one that is there
already changes nothing.
"""

from functools import partial
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from monolith.photos.models import Photo, name
from monolith.photos.pictures import Picture


def keep(listing_id: int, picture: Picture) -> None:
    for width, content in picture.files.items():
        path = name(listing_id, picture.digest, width)
        if not default_storage.exists(path):
            default_storage.save(path, ContentFile(content))


def drop(names: list[str]) -> None:
    for path in names:
        default_storage.delete(path)


def drop_after_commit(instance: Photo, **signal: Any) -> None:
    """Remove a deleted photo's files once nothing can bring its row back."""
    transaction.on_commit(partial(drop, instance.names))
