"""Where a run keeps what it needs and what it leaves: one folder for the data of a run,
one inside the Python environment for what was fetched, which all runs share."""

import sys
from dataclasses import dataclass
from pathlib import Path

from stack import environment

FETCHED = Path(sys.prefix) / "share" / "banyan"
JARS = FETCHED / "jars"
REGISTRY = FETCHED / "registry"
# Apart, as most runs need none.
OPENSEARCH = Path(sys.prefix) / "share" / "banyan-opensearch"


@dataclass(frozen=True, slots=True)
class Layout:
    """The folders of one run below ``home`` (`BANYAN_HOME`, else `var`)."""

    home: Path

    @classmethod
    def current(cls) -> "Layout":
        """Return the layout that the environment asks for."""
        return cls(environment.home())

    def folder(self, name: str) -> Path:
        """Return a folder of the run, made if need be."""
        path = self.home / name
        path.mkdir(parents=True, exist_ok=True)
        return path

    def log(self, name: str) -> Path:
        """Return the file that keeps what a process or set-up step prints."""
        return self.folder("log") / f"{name}.log"

    def tail(self, name: str, lines: int = 12) -> str:
        """Return the last lines of a log, indented for quoting."""
        path = self.log(name)
        text = path.read_text(errors="replace") if path.exists() else ""
        return "\n".join(f"    {line}" for line in text.splitlines()[-lines:])
