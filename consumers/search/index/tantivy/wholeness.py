"""Whether the files of an index are as the engine wrote them.

Enters: an index's folder. Leaves: nothing, or ``UnusableState``. What the list of segments names
never changes, and each file ends in a sum of what stands before. The engine looks at these ends
alone: spoilt bytes would be answers, and to look behind the end of a file cut short ends a process.
"""

import json
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Lock
from typing import IO

from consumers.search.index.state import UnusableState

# Size, time and place of a file: where one is another, the file is read again at once.
Stamp = tuple[int, int, int]

# The list of segments.
LIST = "meta.json"
_PARTS = ("fast", "fieldnorm", "idx", "pos", "store", "term")
# How often stamps are compared; as often so many bytes are read, 1 GB in four minutes.
EVERY_S = 1.0
_PIECE = 4_000_000
# The length of the footer and the engine's mark, behind the footer.
_TAIL = 8
_MARK = 1337


class Wholeness:
    """The files of the index in ``directory``, looked after by one process; for any thread."""

    def __init__(self, directory: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._directory = directory
        self._clock = clock
        self._lock = Lock()
        self._due = 0.0
        self._known: dict[str, Stamp] = {}
        self._turn: Iterator[None] = iter(())

    def prove(self) -> None:
        """Read every file. Raises ``UnusableState`` when one is not as it was written."""
        with self._lock:
            self._known = self._stamps()
            for name in self._known:
                self._read(name)

    def look(self) -> None:
        """Compare what is cheap to compare and read a piece more, when it is time again.

        Raises ``UnusableState`` as ``prove`` does. Of many threads one looks.
        """
        if self._clock() < self._due or not self._lock.acquire(blocking=False):
            return
        try:
            self._due = self._clock() + EVERY_S
            before, self._known = self._known, self._stamps()
            for name, stamp in self._known.items():
                if before.get(name, stamp) != stamp:
                    self._read(name)
            self._read_on()
        finally:
            self._lock.release()

    def _read_on(self) -> None:
        """Read one piece more of all that there is, and begin anew at its end."""
        if next(self._turn, self) is self:
            self._turn = self._pieces_of_all()
            next(self._turn, None)

    def _pieces_of_all(self) -> Iterator[None]:
        for name in list(self._known):
            yield from self._pieces(name)

    def _read(self, name: str) -> None:
        for _ in self._pieces(name):
            pass

    def _pieces(self, name: str) -> Iterator[None]:
        """Read a file, a piece at a time; one that a merge has removed tells nothing."""
        try:
            with (self._directory / name).open("rb") as file:
                yield from _proving(file, name)
        except FileNotFoundError:
            if name in named_files(self._directory):
                raise _damaged(name, "is missing") from None
        except OSError as failure:
            raise _damaged(name, f"cannot be read: {failure}") from failure

    def _stamps(self) -> dict[str, Stamp]:
        while True:
            named = named_files(self._directory)
            try:
                return {name: self._stamp(name) for name in named}
            except FileNotFoundError as missing:
                # A merge removes files only when the list names them no more.
                if named_files(self._directory) == named:
                    raise _damaged(Path(missing.filename).name, "is missing") from missing

    def _stamp(self, name: str) -> Stamp:
        found = (self._directory / name).stat()
        return found.st_size, found.st_mtime_ns, found.st_ino


def named_files(directory: Path) -> list[str]:
    """Give the files that make up the index, by its list of segments; it is not among them.

    What lies beside them is of a segment that is being written, or of one merged into another.
    Raises ``UnusableState`` where the list cannot be read.
    """
    try:
        listed = json.loads((directory / LIST).read_bytes())["segments"]
        return [
            f"{segment['segment_id'].replace('-', '')}.{part}"
            for segment in listed
            for part in (*_PARTS, *_deleted_part(segment["deletes"]))
        ]
    except (OSError, ValueError, TypeError, KeyError) as reason:
        raise _damaged(LIST, f"cannot be read: {reason}") from reason


def _deleted_part(deletes: dict[str, int] | None) -> list[str]:
    return [f"{deletes['opstamp']}.del"] if deletes else []


def _proving(file: IO[bytes], name: str) -> Iterator[None]:
    expected, left = _footer(file, name)
    found = 0
    while left:
        piece = file.read(min(left, _PIECE))
        if not piece:
            break
        found, left = zlib.crc32(piece, found), left - len(piece)
        yield
    if left or found != expected:
        raise _damaged(name, "has other bytes than were written")


def _footer(file: IO[bytes], name: str) -> tuple[int, int]:
    """Give the sum that a file ends in, and of how many bytes before it is."""
    try:
        end = file.seek(-_TAIL, 2)
        length, mark = (int.from_bytes(file.read(4), "little") for _ in range(2))
        if mark != _MARK:
            raise ValueError(mark)
        start = file.seek(end - length)
        expected = int(json.loads(file.read(length))["crc"])
        file.seek(0)
    except (OSError, ValueError, TypeError, KeyError) as reason:
        raise _damaged(name, "was cut short, or has another end") from reason
    return expected, start


def _damaged(name: str, how: str) -> UnusableState:
    return UnusableState(f"the index is damaged: {name} {how}")
