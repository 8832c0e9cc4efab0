"""What is done as a slot's budget runs out, as data.

Enters: two samples of a slot and its budget. Leaves: a `Forecast`, with the stage reached.
"""

from dataclasses import dataclass

from cdc.guard.slots import Sample


@dataclass(frozen=True, slots=True)
class Stage:
    """From this share of the budget on, or when it lasts no longer than so many seconds."""

    name: str
    share: float
    seconds_left: float
    says: str


CALM = Stage("calm", 0, 0, "the budget lasts")
# A burst that the connector is about to read away must not drop anything: the last stage goes
# by the share alone.
STAGES = (
    Stage("warn", 0.5, 2 * 60 * 60, "look at the connector"),
    Stage("page", 0.75, 30 * 60, "somebody has to mend the connector now"),
    Stage("hold", 0.85, 10 * 60, "a running snapshot is held, so that the stream catches up"),
    Stage("drop", 0.95, 0, "the slot goes before the disk is full, if that is allowed"),
)


@dataclass(frozen=True, slots=True)
class Forecast:
    """One slot against its budget; ``growth`` is bytes a second."""

    slot: str
    retained: int
    budget: int | None
    growth: float
    is_active: bool
    is_lost: bool

    @property
    def share(self) -> float:
        """Return how much of the budget is used; 0 when there is none."""
        return self.retained / self.budget if self.budget else 0.0

    @property
    def seconds_left(self) -> float | None:
        """Return how long the budget lasts at this growth; None when it lasts for ever."""
        if self.budget is None or self.growth <= 0:
            return None
        return max(self.budget - self.retained, 0) / self.growth

    @property
    def stage(self) -> Stage:
        """Return the last stage that is reached."""
        return next((stage for stage in reversed(STAGES) if self._has_reached(stage)), CALM)

    def _has_reached(self, stage: Stage) -> bool:
        is_soon = self.seconds_left is not None and self.seconds_left < stage.seconds_left
        return self.is_lost or self.share >= stage.share or is_soon

    def __str__(self) -> str:
        if self.is_lost:
            return f"{self.slot}: lost, its log was removed: manage.py cdc rebootstrap"
        limit = f"of {_mib(self.budget)}" if self.budget else "and no budget is set"
        left = self.seconds_left
        lasts = "" if left is None else f", full in {left / 60:,.0f} min"
        read = "" if self.is_active else ", nobody reads it"
        held = f"holds back {_mib(self.retained)} {limit}{lasts}{read}"
        return f"{self.slot}: {self.stage.name}: {held}; {self.stage.says}"


def forecast(before: Sample, now: Sample, budget: int | None) -> Forecast:
    """Tell from two samples where a slot is heading."""
    growth = (now.retained - before.retained) / max(now.at - before.at, 1e-6)
    return Forecast(now.slot, now.retained, budget, growth, now.is_active, now.is_lost)


def _mib(size: int) -> str:
    return f"{size / 1024**2:,.0f} MiB"
