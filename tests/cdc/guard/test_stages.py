"""The stages of a slot's budget, told from two samples."""

import pytest

from cdc.guard.metrics import exposition
from cdc.guard.slots import Sample
from cdc.guard.stages import Forecast, forecast

MIB = 1024**2


def seen(before: int, now: int, budget: int | None = 1000, *, lost: bool = False) -> Forecast:
    """Look twice, ten seconds apart; sizes are in MiB."""
    first = Sample("tables", True, False, before * MIB, at=100)
    second = Sample("tables", False, lost, now * MIB, at=110)
    return forecast(first, second, None if budget is None else budget * MIB)


@pytest.mark.parametrize(
    ("before", "now", "stage"),
    [
        (100, 100, "calm"),
        (200, 100, "calm"),
        (500, 500, "warn"),
        (760, 750, "page"),
        (850, 850, "hold"),
        (950, 950, "drop"),
        # 1 MiB in 10 s: 900 MiB last two and a half hours; 2 MiB: one and a quarter.
        (99, 100, "calm"),
        (98, 100, "warn"),
        (90, 100, "page"),
        (50, 100, "hold"),
        # However fast it goes: nothing is dropped while there is room.
        (0, 940, "hold"),
    ],
)
def test_the_stage_is_that_of_the_share_used_or_of_the_time_left(
    before: int, now: int, stage: str
) -> None:
    assert seen(before, now).stage.name == stage


def test_the_line_tells_size_budget_and_time() -> None:
    assert str(seen(90, 100)) == (
        "tables: page: holds back 100 MiB of 1,000 MiB, full in 15 min, nobody reads it; "
        "somebody has to mend the connector now"
    )
    assert "no budget is set" in str(seen(90, 100, budget=None))
    assert seen(90, 100, budget=None).stage.name == "calm"


def test_a_lost_slot_says_what_to_do() -> None:
    assert "manage.py cdc rebootstrap" in str(seen(0, 0, lost=True))


def test_the_figures_are_text_for_a_collector() -> None:
    assert exposition([seen(90, 100)]).splitlines() == [
        f'slot_retained_bytes{{slot="tables"}} {100 * MIB}',
        f'slot_budget_bytes{{slot="tables"}} {1000 * MIB}',
        'slot_seconds_left{slot="tables"} 900',
        'slot_stage{slot="tables"} 2',
        'slot_lost{slot="tables"} 0',
    ]
