"""Both kinds of store are killed at work, and whatever holds them up; each effect is there once."""

import logging

import pytest

from tests.faults.consumers.faults import NAMES
from tests.faults.consumers.rounds import at_work
from tests.faults.faults import deck
from tests.running_stack import Stack

_SEED = 1


@pytest.mark.stack
def test_every_event_is_applied_once_and_in_order_whoever_is_killed(stack: Stack) -> None:
    with at_work(stack, _SEED) as consumers:
        outcome = consumers.play(_SEED, 1, tuple(deck(_SEED, NAMES)))
        logging.getLogger(__name__).info(str(outcome))
        assert outcome.is_proven, (str(outcome), outcome.details)
        missed = [name for name, times in outcome.kills.items() if not times]
        assert not missed
