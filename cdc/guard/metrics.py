"""A look at the slots as figures for a collector that reads text files."""

from collections.abc import Sequence
from pathlib import Path

from cdc.exposition import replace
from cdc.guard.stages import CALM, STAGES, Forecast


def write(path: Path, found: Sequence[Forecast]) -> None:
    """Replace the file at ``path`` in one step."""
    replace(path, exposition(found))


def exposition(found: Sequence[Forecast]) -> str:
    """Write the figures; a budget that lasts for ever has no seconds left to tell."""
    return "".join(line for each in found for line in _lines(each))


def _lines(each: Forecast) -> list[str]:
    figures: dict[str, float | None] = {
        "slot_retained_bytes": each.retained,
        "slot_budget_bytes": each.budget,
        "slot_seconds_left": each.seconds_left,
        "slot_stage": (CALM, *STAGES).index(each.stage),
        "slot_lost": int(each.is_lost),
    }
    return [
        f'{name}{{slot="{each.slot}"}} {value:.0f}\n'
        for name, value in figures.items()
        if value is not None
    ]
