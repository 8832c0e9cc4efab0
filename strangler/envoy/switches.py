"""What was done by files while perhaps nobody could write it down, kept until somebody can.

On the line: an operator makes or removes a kill switch's file -> this notes the turn beside it ->
the agent tells the control plane, once that is back. Enters: the folder. Leaves: turns, each with
its time and with what the file says as the reason.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock

from .files import KILL_SWITCH, KILL_SWITCHES, Folder

NOTED_FILE = "switches.json"
# Of what a file says.
_LONGEST = 500


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of a switch: a route's, or everything's where none is named."""

    at: str
    route: str
    is_closed: bool
    reason: str


class Switches:
    """The files of one folder, and which of their turns nobody was told of; for two threads."""

    def __init__(self, folder: Path, clock: Callable[[], datetime] = lambda: datetime.now(UTC)):
        self._folder = folder
        self._clock = clock
        self._lock = Lock()
        self._closed, self._untold = self._read()

    def note(self) -> None:
        """Note what was turned since; raises ``OSError``."""
        with self._lock:
            found = self._found()
            turned = [self._turn(route, found) for route in sorted(found.keys() ^ self._closed)]
            if turned:
                self._keep(set(found), [*self._untold, *turned])

    def untold(self) -> list[Turn]:
        """Return the turns that nobody was told of, in their order."""
        with self._lock:
            return list(self._untold)

    def tell(self, turns: list[Turn]) -> None:
        """Forget turns that were told; raises ``OSError``."""
        with self._lock:
            self._keep(self._closed, [turn for turn in self._untold if turn not in turns])

    def _turn(self, route: str, found: dict[str, Path]) -> Turn:
        if route not in found:
            return Turn(self._clock().isoformat(), route, False, "the file is gone")
        # As long as nobody looked, it may have been there: its own time is the turn's.
        at = datetime.fromtimestamp(found[route].stat().st_mtime, UTC).isoformat()
        return Turn(at, route, True, _said(found[route]) or "the file says nothing")

    def _found(self) -> dict[str, Path]:
        routes = Folder(self._folder).switches()
        found = {route: self._folder / KILL_SWITCHES / route for route in routes}
        whole = self._folder / KILL_SWITCH
        return {"": whole, **found} if whole.exists() else found

    def _read(self) -> tuple[set[str], list[Turn]]:
        try:
            kept = json.loads((self._folder / NOTED_FILE).read_text())
            return set(kept["closed"]), [Turn(**turn) for turn in kept["untold"]]
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return set(), []

    def _keep(self, closed: set[str], untold: list[Turn]) -> None:
        text = json.dumps({"closed": sorted(closed), "untold": [asdict(turn) for turn in untold]})
        draft = self._folder / f".{NOTED_FILE}.draft"
        draft.write_text(text)
        draft.replace(self._folder / NOTED_FILE)
        self._closed, self._untold = closed, untold


def _said(file: Path) -> str:
    try:
        return file.read_text(errors="replace")[:_LONGEST].strip()
    except (IsADirectoryError, PermissionError):
        # It closes all the same.
        return "the file cannot be read"
