"""The folder that Envoy watches: whole files only, the last good one is never lost.

On the line: rendered data -> here -> Envoy. A reader sees the old file or the new one,
never half of one. The folder also holds the kill switches: files that an operator
can make with `touch`, whatever else is down.
"""

import json
import os
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from strangler.snapshot import Snapshot

from .bootstrap import CLUSTERS_FILE, ROUTES_FILE
from .resources import Resource

BOOTSTRAP_FILE = "bootstrap.yaml"
FLAGS_FILE = "flags.json"
SNAPSHOT_FILE = "snapshot.json"
KILL_SWITCH = "all-to-monolith"
# A folder; a file in it, named as a route, is that route's own switch.
KILL_SWITCHES = "to-monolith"


@dataclass(frozen=True, slots=True)
class Discovery:
    """Resources and the version by which Envoy tells whether it has taken them."""

    version: str
    text: str

    @classmethod
    def of(cls, resources: list[Resource]) -> "Discovery":
        digest = sha256(json.dumps(resources, sort_keys=True).encode()).hexdigest()[:16]
        text = json.dumps({"version_info": digest, "resources": resources}, indent=1)
        return cls(digest, text)


class Folder:
    """The agent's and Envoy's common folder; made on first use."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def place(self, clusters: Discovery, table: Discovery) -> bool:
        """Replace what has changed, clusters first: no table may name one that is not there.

        Returns whether anything was replaced.
        """
        changed = self._replace(CLUSTERS_FILE, clusters.text)
        return self._replace(ROUTES_FILE, table.text) or changed

    def place_bootstrap(self, config: Resource) -> None:
        """Replace what Envoy is started with."""
        self._replace(BOOTSTRAP_FILE, json.dumps(config, indent=1))
        # There before it is needed in a hurry.
        (self.path / KILL_SWITCHES).mkdir(exist_ok=True)

    def table_text(self) -> str | None:
        """Return the table in place, to be put back if its successor is refused."""
        return self._read(ROUTES_FILE)

    def put_back(self, text: str) -> None:
        """Put a table back that was good."""
        self._replace(ROUTES_FILE, text)

    def place_flags(self, text: str) -> None:
        """Replace what code goes by that asks for flags."""
        self._replace(FLAGS_FILE, text)

    def remember(self, snapshot: Snapshot) -> None:
        """Keep what was rendered, for a start without the database."""
        self._replace(SNAPSHOT_FILE, snapshot.to_json())

    def remembered(self) -> Snapshot | None:
        """Return what was rendered last; ``None`` if nothing (readable) is kept."""
        try:
            return Snapshot.from_json(self._read(SNAPSHOT_FILE) or "")
        except ValueError:
            return None

    def is_closed(self) -> bool:
        """Whether the kill switch is thrown."""
        return (self.path / KILL_SWITCH).exists()

    def heeded(self, snapshot: Snapshot) -> Snapshot:
        """Return the same with what the kill switches close."""
        return snapshot.closing(self.switches(), everything=self.is_closed())

    def switches(self) -> frozenset[str]:
        """Return the names by which a route's own kill switch is thrown."""
        try:
            return frozenset(os.listdir(self.path / KILL_SWITCHES))
        except FileNotFoundError:
            return frozenset()

    def _read(self, name: str) -> str | None:
        try:
            return (self.path / name).read_text()
        except FileNotFoundError:
            return None

    def _replace(self, name: str, text: str) -> bool:
        if self._read(name) == text:
            return False
        self.path.mkdir(parents=True, exist_ok=True)
        # Beside the watched folder's files, so that the move is one step of one disk.
        draft = self.path / f".{name}.{os.getpid()}.draft"
        draft.write_text(text)
        draft.replace(self.path / name)
        return True
