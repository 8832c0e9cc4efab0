"""What a route's gates ask for, beside what was measured.

On the line: Envoy's counters and times, and how late the service says it is -> this ->
`preconditions`, `route show` and the API. Pure functions.
A gate that nobody measures is not met: who declares one wants to know before more users come.
"""

from dataclasses import asdict, dataclass
from typing import Any

from strangler.envoy.answers import Answers
from strangler.routes import Gates

_AT_LEAST = {"samples", "parity_percent"}


@dataclass(frozen=True, slots=True)
class Judged:
    """One gate, and what was found; ``None`` is measured by nobody."""

    gate: str
    wanted: float
    measured: float | None

    @property
    def is_met(self) -> bool:
        if self.measured is None:
            return False
        if self.gate in _AT_LEAST:
            return self.measured >= self.wanted
        return self.measured <= self.wanted

    @property
    def verdict(self) -> str:
        if self.measured is None:
            return "not measured"
        return "met" if self.is_met else "not met"

    def words(self) -> str:
        """Say what was wanted, what was found, and whether that will do."""
        bound = "at least" if self.gate in _AT_LEAST else "at most"
        found = "" if self.measured is None else f" {self.measured},"
        return f"{self.gate}{found} {self.verdict} ({bound} {self.wanted})"

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "verdict": self.verdict, "meaning": self.words()}


def judged(
    gates: Gates,
    answers: Answers | None,
    lag_seconds: float | None = None,
    slower_ms: float | None = None,
) -> tuple[Judged, ...]:
    """Return a judgement of each gate that is asked for; no answers: the gateway is away."""
    measured: dict[str, float | None] = {"lag_seconds": lag_seconds, "slower_ms": slower_ms}
    if answers is not None:
        measured |= {"samples": answers.asked, "error_percent": answers.error_percent}
    return tuple(
        Judged(gate, wanted, measured.get(gate)) for gate, wanted in gates.declared.items()
    )
