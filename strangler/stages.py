"""Where a route stands: its stage, and during a canary whom it reaches.

On the line: between the control plane, which keeps it, and Envoy's renderer, which
acts on it. Enters: words and numbers. Leaves: a ``Standing`` that makes sense.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from .audience import EVERYBODY, NOBODY, Audience, AudienceError, audience


class StandingError(AudienceError):
    """Stage and audience do not make sense together; the message is one line."""


class Stage(StrEnum):
    """Who answers a route, in the order in which a feature moves."""

    MONOLITH = "monolith"
    SHADOW = "shadow"
    CANARY = "canary"
    CUTOVER = "cutover"
    RETIRED = "retired"

    @property
    def step(self) -> int:
        return list(Stage).index(self)


@dataclass(frozen=True, slots=True)
class Standing:
    """A route's stage; its audience says something only in a canary."""

    stage: Stage
    audience: Audience = NOBODY

    @property
    def exposure(self) -> tuple[int, Decimal, int]:
        """Order standings by how much they ask of the service; more is riskier."""
        return (self.stage.step, self.audience.percent, self.audience.segments)

    @property
    def answered(self) -> Audience:
        """Return whom the service answers."""
        if self.stage is Stage.CANARY:
            return self.audience
        return EVERYBODY if self.stage.step > Stage.CANARY.step else NOBODY

    def at(self, now: datetime) -> "Standing":
        """Return what it means at a moment."""
        return replace(self, audience=self.audience.at(now))

    def to_json(self) -> dict[str, Any]:
        """Return what is written to disk, the database and the API."""
        return {"stage": str(self.stage), **self.audience.to_json()}

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> "Standing":
        """Read back what ``to_json`` wrote; raises ``AudienceError``."""
        return standing_for(content["stage"], Audience.from_json(content))

    def words(self) -> str:
        """Say in plain words who answers now."""
        match self.stage:
            case Stage.MONOLITH:
                return "the monolith answers everybody"
            case Stage.SHADOW:
                return (
                    "the monolith answers everybody; the service gets copies, its answers dropped"
                )
            case Stage.CANARY:
                chosen = self.audience.words()
                return f"the service answers {chosen}; the monolith everybody else"
            case Stage.CUTOVER:
                return "the service answers everybody; the monolith stands in when it cannot"
            case Stage.RETIRED:
                return "the service answers everybody; the monolith no longer can"


def standing(stage: str, *chosen: Any, **words: Any) -> Standing:
    """Return a standing from words, behind the stage those of ``audience``."""
    return standing_for(stage, audience(*chosen, **words))


def standing_for(stage: str, chosen: Audience) -> Standing:
    """Return a standing for an audience; raises ``StandingError`` if they do not go together."""
    try:
        known = Stage(stage)
    except ValueError:
        raise StandingError(f"unknown stage {stage!r}: use one of {', '.join(Stage)}") from None
    if known is not Stage.CANARY:
        for name, value in chosen.to_json().items():
            if value and value != "0":
                kind = "a percent belongs" if name == "percent" else f"{name} belong"
                raise StandingError(f"{kind} to canary, not to {known}")
    return Standing(known, chosen)
