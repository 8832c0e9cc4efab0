"""A file that somebody else writes, as what it means: read anew when it has changed.

On the line: the agent writes ``flags.json`` -> this -> `provider` and `adapter.reach` answer by it.
A file that is away or spoilt changes nothing: the last good one holds. Pure Python, no Django.
"""

from collections.abc import Callable
from os import PathLike, stat
from pathlib import Path
from typing import Generic, TypeVar

T = TypeVar("T")


class LastGood(Generic[T]):
    """``value`` is what ``read`` made of the last good text, at first ``before``.

    ``read`` raises ``ValueError`` for a text that is not good.
    """

    def __init__(self, file: str | PathLike[str], read: Callable[[str], T], before: T) -> None:
        self.file = Path(file)
        self.value = before
        self._read = read
        self._seen: tuple[int, int, int] | None = None

    def look(self) -> None:
        """Read the file if it is another than before; costs one `stat` if it is not."""
        try:
            found = stat(self.file)
            seen = (found.st_ino, found.st_mtime_ns, found.st_size)
            if seen != self._seen:
                self.value = self._read(self.file.read_text())
                self._seen = seen
        except (OSError, ValueError):
            return  # The last good one holds.
