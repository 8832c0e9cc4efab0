"""What `counted` keeps: one row for each event, in tables that a rebuild may make anew."""

from typing import ClassVar

from django.db import models


class Count(models.Model):
    """An event that was told."""

    told = models.CharField(max_length=50)
    # Of the handlers that wrote it.
    version = models.PositiveIntegerField()
    objects: ClassVar[models.Manager["Count"]] = models.Manager()

    class Meta:
        db_table = "counted_count"

    def __str__(self) -> str:
        return self.told
