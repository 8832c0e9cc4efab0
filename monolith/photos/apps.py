"""Photographs of homes: an agent's files enter, small clean pictures leave."""

from django.apps import AppConfig


class PhotosConfig(AppConfig):
    name = "monolith.photos"
    verbose_name = "Photos"

    def ready(self) -> None:
        from django.db.models.signals import post_delete

        from monolith.photos import files
        from monolith.photos.models import Photo

        # However a photo goes, alone or with its listing, by a page or by the admin.
        post_delete.connect(files.drop_after_commit, sender=Photo)
