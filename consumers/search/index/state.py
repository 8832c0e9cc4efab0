"""The state of an index, a small file beside it: which one counts, how far and whole it is.

Written by the consumer after each commit, in one atomic replacement, and watched by the
HTTP processes by its time stamp. Each format has files of its own, so that a release that
writes another one prepares its index beside the one that still answers.
"""

import json
import math
import os
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from consumers.runtime.records import Partition

# Raise it whenever the schema, the text analysis or the rows' meaning changes: the consumer
# then builds the index anew and the HTTP side refuses the old one.
FORMAT = 4
FILE = f"state-{FORMAT}.json"
# The state of the index that was live before, and of the one that is being built.
PREVIOUS = f"previous-{FORMAT}.json"
NEXT = f"next-{FORMAT}.json"
# Its time stamp is when the index was last known to be as new as the topics.
CURRENT = f"current-{FORMAT}"


class UnusableState(ValueError):
    """The file is missing, damaged, or of another format."""


@dataclass(frozen=True, slots=True)
class IndexState:
    """How far the index in ``directory`` is."""

    directory: str
    format: int = FORMAT
    # Next offset to read, by "topic/partition".
    offsets: Mapping[str, int] = field(default_factory=dict)
    # Every row that existed when the topic began has been seen …
    snapshot_complete: bool = False
    # … and since then the end of every partition was reached once.
    caught_up_once: bool = False
    applied_at: str = ""
    documents: int = 0

    @property
    def is_ready(self) -> bool:
        """Tell whether the index may answer in the monolith's place."""
        return self.snapshot_complete and self.caught_up_once

    def next_offsets(self) -> dict[Partition, int]:
        """Give the offsets by partition."""
        named = ((key.rpartition("/"), offset) for key, offset in self.offsets.items())
        return {Partition(topic, int(number)): offset for (topic, _, number), offset in named}


def with_offsets(known: Mapping[str, int], moved: Mapping[Partition, int]) -> dict[str, int]:
    """Give ``known`` offsets with those of ``moved`` put over them."""
    return {**known, **{f"{part.topic}/{part.number}": at for part, at in moved.items()}}


def load_state(root: Path, file: str = FILE) -> IndexState:
    """Read the state in ``root``. Raises ``UnusableState`` with the reason."""
    try:
        written = (root / file).read_bytes()
    except FileNotFoundError:
        raise UnusableState(f"there is no {file} in {root}") from None
    except OSError as error:
        raise UnusableState(f"{root / file} cannot be read: {error}") from error
    return state_of(written, str(root / file))


def state_of(written: str | bytes, place: str) -> IndexState:
    """Read the state that stands in ``place``. Raises ``UnusableState`` with the reason."""
    try:
        told: dict[str, Any] = json.loads(written)
        if told["format"] != FORMAT:
            raise UnusableState(f"{place} is of format {told['format']}, not {FORMAT}")
        state = IndexState(**told)
        state.next_offsets()
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        if isinstance(error, UnusableState):
            raise
        raise UnusableState(f"{place} cannot be read: {error}") from error
    return state


def save_state(root: Path, state: IndexState, file: str = FILE) -> None:
    """Replace the state in ``root`` atomically.

    Not forced to the disk: after a loss of power an older or missing file costs a replay or
    a rebuild, never a wrong answer.
    """
    fresh = root / f"{file}.new"
    fresh.write_text(json.dumps(asdict(state)))
    os.replace(fresh, root / file)


def mark_current(root: Path) -> None:
    """Say that the index in ``root`` is current as of now; a time stamp, so nothing is reread."""
    (root / CURRENT).touch()


def seconds_since_current(root: Path) -> float:
    """Give how long ago the index in ``root`` was known to be current; infinite if never."""
    try:
        return time.time() - (root / CURRENT).stat().st_mtime
    except OSError:
        return math.inf
