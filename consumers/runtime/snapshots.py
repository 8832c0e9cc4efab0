"""A read model in one file: taken from a live one, and put where there is none or an older one.

The setting ``CONSUMER_SNAPSHOTS`` names the function that gives a read model's own way; a read
model in a database has none, as its database keeps backups.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, cast

from django.utils.module_loading import import_string

from consumers.runtime.errors import StopConsumer
from consumers.runtime.settings import setting


class SnapshotRefused(StopConsumer):
    """Nothing was written, or what is live stays as it is; the text says why."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What is in a file: so many entities, up to these offsets by "topic/partition"."""

    entities: int
    offsets: dict[str, int]


class Snapshots(Protocol):
    """How a read model is taken out and put back; each raises ``SnapshotRefused``."""

    def save(self, file: Path) -> Snapshot:
        """Write the live read model to ``file`` while its consumer goes on."""

    def restore(self, file: Path) -> Snapshot:
        """Put the file's read model in the live one's place, whose consumer must be stopped.

        The consumer then goes on from the file's offsets, and is ready when it has caught up.
        """


def snapshots() -> Snapshots:
    """Give the way of this side's read model. Raises ``SnapshotRefused`` where there is none."""
    path = setting("CONSUMER_SNAPSHOTS")
    if not path:
        raise SnapshotRefused("its read model is in a database, which has backups of its own")
    return cast(Snapshots, import_string(path)())
