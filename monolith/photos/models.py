"""A photograph of a home: what is known of its files, which lie in the site's storage."""

from django.db import models

from monolith.listings.models import Listing
from monolith.photos.pictures import smaller_widths


class Photo(models.Model):
    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="photos")
    digest = models.CharField(
        max_length=32, editable=False, help_text="Of the uploaded file; names what is made of it."
    )
    width = models.PositiveIntegerField(editable=False)
    height = models.PositiveIntegerField(editable=False)
    caption = models.CharField(
        max_length=200, blank=True, help_text="What it shows, for people who cannot see it, too."
    )
    position = models.PositiveIntegerField(default=0, help_text="The first one is shown large.")
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["listing", "digest"], name="photo_once_a_listing"),
        ]

    def __str__(self) -> str:
        return self.caption or f"Photo {self.pk} of listing {self.listing_id}"

    @property
    def widths(self) -> list[int]:
        """Return in which widths there are files, the largest last."""
        return [*smaller_widths(self.width), self.width]

    @property
    def names(self) -> list[str]:
        return [name(self.listing_id, self.digest, width) for width in self.widths]

    @property
    def src(self) -> str:
        return f"/{self.names[-1]}"

    @property
    def small_src(self) -> str:
        return f"/{self.names[0]}"

    @property
    def srcset(self) -> str:
        pairs = zip(self.names, self.widths, strict=True)
        return ", ".join(f"/{name} {width}w" for name, width in pairs)


def name(listing_id: int, digest: str, width: int) -> str:
    """Return a file's name in the storage, which is its path on the site as well."""
    return f"photos/{listing_id}/{digest}-{width}.webp"
