"""A Django site, asked from outside about itself.

On the line: the control plane's commands -> a process with the site's settings -> plain
data. Enters: the names of settings and URLconf. Leaves: patterns; nothing is changed.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .urls import Pattern
from .views import View

PATIENCE = 120


class SiteError(Exception):
    """The site could not be started or read; the message is one line."""


@dataclass(frozen=True, slots=True)
class Site:
    """A site by its settings, its URLconf, or both."""

    settings: str | None = None
    urlconf: str | None = None
    # The interpreter that has the site's packages, if it is not ours.
    python: str | None = None

    @property
    def is_named(self) -> bool:
        return bool(self.settings or self.urlconf)

    def patterns(self) -> list[Pattern]:
        """Return its URL patterns; raises ``SiteError``."""
        return [_pattern(found) for found in self.ask("urls")]

    def waffle_flags(self) -> list[dict[str, Any]]:
        """Return its django-waffle flags; raises ``SiteError``."""
        return list(self.ask("waffle"))

    def ask(self, what: str) -> Any:
        """Return what the site tells; raises ``SiteError``."""
        command = [self.python or sys.executable, "-m", "strangler.site", what]
        if self.urlconf:
            command += ["--urlconf", self.urlconf]
        surroundings = {k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE"}
        if self.settings:
            surroundings["DJANGO_SETTINGS_MODULE"] = self.settings
        surroundings["PYTHONPATH"] = os.pathsep.join(filter(None, self._path()))
        try:
            told = subprocess.run(
                command, capture_output=True, text=True, timeout=PATIENCE, env=surroundings
            )
        except subprocess.TimeoutExpired as error:
            raise SiteError(f"{self} did not tell within {PATIENCE} s") from error
        except OSError as error:
            raise SiteError(f"{self.python}: {error.strerror or error}") from error
        if told.returncode != 0:
            lines = told.stderr.strip().splitlines() or ["it did not say why"]
            raise SiteError(f"{self} cannot be read: {lines[-1]}")
        return json.loads(told.stdout)

    def _path(self) -> list[str]:
        if self.python is None:
            return sys.path
        # Its own packages, and none of ours.
        return [os.environ.get("PYTHONPATH", ""), str(Path(__file__).parents[2])]

    def __str__(self) -> str:
        return " with ".join(filter(None, [self.settings, self.urlconf]))


def _pattern(found: dict[str, Any]) -> Pattern:
    view = found["view"]
    return Pattern(
        found["written"],
        found["regex"],
        found["example"],
        found["name"],
        View(view["name"], tuple(view["methods"]), tuple(view["marks"])),
    )
