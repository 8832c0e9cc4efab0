"""Where a route stands: its stage, and during a canary whom it reaches.

On the line: between the control plane, which keeps it, and Envoy's renderer, which
acts on it. Enters: words and numbers. Leaves: a ``Standing`` that makes sense.
"""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from . import flags

NOBODY = Decimal(0)
EVERYBODY = Decimal(100)


class StandingError(ValueError):
    """Stage, percent and groups do not make sense together; the message is one line."""


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
    """A route's stage; percent and groups say something only in a canary."""

    stage: Stage
    percent: Decimal = NOBODY
    groups: tuple[str, ...] = ()

    @property
    def exposure(self) -> tuple[int, Decimal, int]:
        """Order standings by how much they ask of the service; more is riskier."""
        return (self.stage.step, self.percent, len(self.groups))

    def to_json(self) -> dict[str, Any]:
        """Return what is written to disk, the database and the API."""
        return {"stage": str(self.stage), "percent": plain(self.percent), "groups": [*self.groups]}

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> "Standing":
        """Read back what ``to_json`` wrote; raises ``StandingError``."""
        return standing(content["stage"], content["percent"], content["groups"])

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
                return f"the service answers {self._canary_words()}; the monolith everybody else"
            case Stage.CUTOVER:
                return "the service answers everybody; the monolith stands in when it cannot"
            case Stage.RETIRED:
                return "the service answers everybody; the monolith no longer can"

    def _canary_words(self) -> str:
        share = f"{plain(self.percent)} % of users"
        if not self.groups:
            return share
        named = " and ".join(f'"{group}"' for group in self.groups)
        groups = f"the group{'s' if len(self.groups) > 1 else ''} {named}"
        return f"{groups} and {share}" if self.percent else groups


def standing(
    stage: str, percent: object = None, groups: tuple[str, ...] | list[str] | None = None
) -> Standing:
    """Return a standing from words; raises ``StandingError``."""
    try:
        known = Stage(stage)
    except ValueError:
        raise StandingError(f"unknown stage {stage!r}: use one of {', '.join(Stage)}") from None
    if known is not Stage.CANARY:
        if percent is not None and _percent(percent) != NOBODY:
            raise StandingError(f"a percent belongs to canary, not to {known}")
        if groups:
            raise StandingError(f"groups belong to canary, not to {known}")
        return Standing(known)
    return Standing(known, _percent(NOBODY if percent is None else percent), _groups(groups or ()))


def plain(percent: Decimal) -> str:
    """Write a percent without needless zeros: 10, 0.5."""
    return f"{percent.normalize():f}"


def _percent(value: object) -> Decimal:
    try:
        number = Decimal(str(value))
        flags.share(number)
    except (InvalidOperation, flags.PercentError):
        raise StandingError(
            f"percent must be from 0 to 100 in steps of 0.01, not {value}"
        ) from None
    return number


def _groups(names: tuple[str, ...] | list[str]) -> tuple[str, ...]:
    for name in names:
        if not name.strip() or "," in name or not name.isprintable() or not name.isascii():
            raise StandingError(f"group {name!r} must be a name without commas, in ASCII")
    return tuple(sorted({name.strip() for name in names}))
