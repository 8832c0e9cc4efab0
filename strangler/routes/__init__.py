"""The routes that a service may answer, read from the reviewed file ``routes.toml``.

On the line: the last arrow; a browser asks for a path -> one of these claims it -> the
gateway chooses the service or the monolith. Enters: TOML. Leaves: frozen routes.
"""

from .model import METHODS, SAFE_METHODS, Accepted, Access, Gates, Route, Timeouts
from .paths import Match, Path
from .reading import load, parse

__all__ = [
    "METHODS",
    "SAFE_METHODS",
    "Accepted",
    "Access",
    "Gates",
    "Match",
    "Path",
    "Route",
    "Timeouts",
    "load",
    "parse",
]
