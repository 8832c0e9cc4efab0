"""What one extracted feature answers, as the reviewed file says it.

On the line: read at start by whoever renders, moves or checks routes. Frozen: how far a
route has come is no part of it.
"""

import datetime
from dataclasses import asdict, dataclass
from enum import StrEnum

from strangler.stages import Standing

from .paths import Path

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
METHODS = SAFE_METHODS | {"POST", "PUT", "PATCH", "DELETE"}


class Access(StrEnum):
    """What a request does to the data, where its method does not tell."""

    READ = "read"
    WRITE = "write"


@dataclass(frozen=True, slots=True)
class Accepted:
    """A difference between both sides' answers that was looked at and found to be right."""

    difference: str
    reason: str


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds: after ``patience`` the monolith is asked too, after ``total`` an answer is cut.

    A ``total`` of 0 is no end: a stream lives for as long as something moves on it.
    """

    patience: float = 2.0
    total: float = 30.0


# Gates that somebody measures; the others speak against each step up until somebody does.
MEASURED = {"samples", "error_percent", "slower_ms", "lag_seconds"}


@dataclass(frozen=True, slots=True)
class Gates:
    """What must be measured before more users are sent; ``None`` is not asked for."""

    samples: int | None = None
    parity_percent: float | None = None
    error_percent: float | None = None
    slower_ms: float | None = None
    lag_seconds: float | None = None

    @property
    def declared(self) -> dict[str, float]:
        """Return those that are asked for."""
        return {name: gate for name, gate in asdict(self).items() if gate is not None}


@dataclass(frozen=True, slots=True)
class Route:
    """What one extracted feature answers; ``start`` holds until somebody moves it."""

    id: str
    owner: str
    note: str
    methods: tuple[str, ...]
    paths: tuple[Path, ...]
    service: str
    flag: str
    start: Standing
    accepted: tuple[Accepted, ...] = ()
    # Names under which the site is asked for; none named means any.
    hosts: tuple[str, ...] = ()
    access: Access | None = None
    # How a reader is shown at once what was written on the other side.
    guard: str = ""
    timeouts: Timeouts = Timeouts()
    # A longer body is answered 413 in the service's stead; none named means any.
    max_body: int | None = None
    gates: Gates = Gates()
    expires: datetime.date | None = None

    @property
    def safe_methods(self) -> tuple[str, ...]:
        """Methods that may be asked twice: a retry or a copy changes nothing."""
        return tuple(method for method in self.methods if self._is_safe(method))

    @property
    def unsafe_methods(self) -> tuple[str, ...]:
        return tuple(method for method in self.methods if not self._is_safe(method))

    @property
    def is_writer(self) -> bool:
        """Whether the service would own data that the monolith's pages may show."""
        return bool(self.unsafe_methods)

    def claims(self, method: str, path: str) -> bool:
        """Whether a request is this route's, on whichever host it is asked for."""
        return method in self.methods and any(each.fits(path) for each in self.paths)

    def _is_safe(self, method: str) -> bool:
        if self.access is None:
            return method in SAFE_METHODS
        return self.access is Access.READ
